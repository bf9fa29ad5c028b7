/** Bodies that are fixed when a change is recorded (rule `rendered-when-sent`). */
import type { Sealer } from '../../platform/encryption';
import { alteredKeys } from '../rules/diff';
import type { ToldSubscriber } from './subscribers';

/** Update types that a change of consent is delivered as. */
export const CONSENT_UPDATE_TYPES = ['effective-permission', 'consent-receipts'] as const;
export type ConsentUpdateType = (typeof CONSENT_UPDATE_TYPES)[number];

/** The body of what somebody is told, without `sentAt`, where it is fixed now; null where it is rendered when sent. */
export type FixedBody = (subscriber: ToldSubscriber<ConsentUpdateType>) => Promise<object | null>;

/** The fixed bodies by the subscriptions' ids. What is told to several is rendered and encrypted once. */
export async function sealBodies(
  sealer: Sealer,
  subscribers: readonly ToldSubscriber<ConsentUpdateType>[],
  fixedBody: FixedBody,
): Promise<Map<string, string>> {
  const sealed = new Map<string, string | null>();
  const bodies = new Map<string, string>();
  for (const subscriber of subscribers) {
    const { id, updateType, altered, payloadPrevious } = subscriber;
    // No key holds a line end.
    const content = [updateType, payloadPrevious, ...alteredKeys(altered)].join('\n');
    let body = sealed.get(content);
    if (body === undefined) {
      const fixed = await fixedBody(subscriber);
      body = fixed === null ? null : sealer.seal(JSON.stringify(fixed), 'payload');
      sealed.set(content, body);
    }
    if (body !== null) bodies.set(id, body);
  }
  return bodies;
}
