import type { CitizenEmail, ConsentReceipt, EffectivePermissions } from './bodies.ts';

/** The bodies by `x-cpm-update-type`. */
export interface Bodies {
  readonly 'effective-permission': EffectivePermissions;
  readonly 'consent-receipts': ConsentReceipt;
  readonly 'citizen-emails': CitizenEmail;
}

export type UpdateType = keyof Bodies;

/** What the headers of a webhook say. */
export interface Transport<Type extends UpdateType> {
  /** `webhook-id`: names the content. */
  readonly id: string;
  readonly updateType: Type;
  readonly subscriptionId: string;
  readonly changeId: string;
  /** Number of the citizen's latest change that the body reflects. */
  readonly sequence: number;
  /** Counted over the delivery's whole life. */
  readonly attempt: number;
  /** A test of the endpoint: the body is an example, and tells of no citizen. */
  readonly test: boolean;
}

/** A webhook of one type. */
export interface WebhookOf<Type extends UpdateType> extends Transport<Type> {
  readonly body: Bodies[Type];
}

/** A verified webhook. `updateType` tells its type, and so that of its body. */
export type Webhook = { [Type in UpdateType]: WebhookOf<Type> }[UpdateType];

/** The order of webhooks is that of one subscription and citizen; nothing is said of two citizens. */
export function orderingKeyOf({ subscriptionId, body }: Webhook): string {
  return `${subscriptionId} ${body.citizenId}`;
}
