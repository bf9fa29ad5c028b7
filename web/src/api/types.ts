/** Names for the schemas of the OpenAPI document that several features use. */
import type { FetchResponse } from 'openapi-fetch';
import type { components, paths } from './schema';

type Schemas = components['schemas'];

/** As the client gives it: without the secrets, which are null in every answer. */
export type Subscription = NonNullable<
  FetchResponse<paths['/v1/subscriptions/{id}']['get'], object, 'application/json'>['data']
>;
export type SubscriptionCreation = Schemas['SubscriptionCreation'];
export type Delivery = Schemas['Delivery'];
export type DeliveryWithAttempts = Schemas['DeliveryWithAttempts'];
export type Attempt = Schemas['Attempt'];
export type Application = Schemas['Application'];

export const UPDATE_TYPES = ['effective-permission', 'consent-receipts', 'citizen-emails'] as const;
export type UpdateType = (typeof UPDATE_TYPES)[number];

export const DELIVERY_STATUSES = [
  ...(['pending', 'delivering', 'waiting', 'paused', 'blocked'] as const),
  ...(['delivered', 'cancelled', 'expired'] as const),
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly offset: number;
  readonly nextCursor: string | null;
  readonly limit: number;
}
