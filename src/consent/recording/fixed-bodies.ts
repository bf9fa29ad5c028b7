/** Bodies that are fixed when a change is recorded (rule `rendered-when-sent`). */
import type { Sealer } from '../../platform/encryption';
import type { Subscriber } from './subscribers';

/** Update types that a change of consent is delivered as. */
export const CONSENT_UPDATE_TYPES = ['effective-permission', 'consent-receipts'] as const;
export type ConsentUpdateType = (typeof CONSENT_UPDATE_TYPES)[number];

/** The body without `sentAt` where it is fixed now; null where it is rendered when sent. Called once per wanted type. */
export type FixedBody = (updateType: ConsentUpdateType) => Promise<object | null>;

/** The fixed bodies that the subscribers want, each rendered and encrypted once. */
export async function sealBodies(
  sealer: Sealer,
  subscribers: readonly Subscriber<ConsentUpdateType>[],
  fixedBody: FixedBody,
): Promise<Map<ConsentUpdateType, string>> {
  const sealed = new Map<ConsentUpdateType, string>();
  for (const updateType of new Set(subscribers.map((subscriber) => subscriber.updateType))) {
    const body = await fixedBody(updateType);
    if (body !== null) sealed.set(updateType, sealer.seal(JSON.stringify(body), 'payload'));
  }
  return sealed;
}
