/** What visibility knows of the workflows, so that operators find them in the Temporal Web UI. */
import { defineSearchAttributeKey } from '@temporalio/common';

/** Search attributes the namespace must know. */
export const SEARCH_ATTRIBUTES = {
  CpmApplicationId: 'Keyword',
  CpmSubscriptionId: 'Keyword',
  CpmCitizenId: 'Keyword',
  CpmUpdateType: 'Keyword',
  CpmDeliveryStatus: 'Keyword',
  CpmLastStatusCode: 'Int',
} as const;

/** Typed keys of {@link SEARCH_ATTRIBUTES}. */
export const attributes = {
  applicationId: defineSearchAttributeKey('CpmApplicationId', 'KEYWORD'),
  subscriptionId: defineSearchAttributeKey('CpmSubscriptionId', 'KEYWORD'),
  citizenId: defineSearchAttributeKey('CpmCitizenId', 'KEYWORD'),
  updateType: defineSearchAttributeKey('CpmUpdateType', 'KEYWORD'),
  deliveryStatus: defineSearchAttributeKey('CpmDeliveryStatus', 'KEYWORD'),
  lastStatusCode: defineSearchAttributeKey('CpmLastStatusCode', 'INT'),
};

/** What an operator finds a workflow by; null where there is no such thing. */
export interface Labels {
  readonly applicationId: string | null;
  readonly subscriptionId: string | null;
  readonly citizenId: string | null;
  readonly updateType: string | null;
}

/** The search attributes of what is there. */
export function labelAttributes({
  applicationId,
  subscriptionId,
  citizenId,
  updateType,
}: Labels): { readonly key: (typeof attributes)['citizenId']; readonly value: string }[] {
  const known = [
    [attributes.applicationId, applicationId],
    [attributes.subscriptionId, subscriptionId],
    [attributes.citizenId, citizenId],
    [attributes.updateType, updateType],
  ] as const;
  return known.flatMap(([key, value]) => (value === null ? [] : [{ key, value }]));
}
