/** Enqueues the deliveries of a deletion and of an e-mail; those of an ordinary change are written with it. */
import { enqueueing, type DeliveredChange, type EnqueuedDelivery } from '../../outbox/enqueue';
import { PRIORITY } from '../../outbox/priority';
import { Prisma, type Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { CitizenEmailBody } from '../double-opt-in/email-body';
import type { Alterations } from '../rules/diff';
import type { LockedCitizen } from './lock-citizen';
import { sealBodies, CONSENT_UPDATE_TYPES, type FixedBody } from './fixed-bodies';
import {
  countingSkipped,
  holdSubscribers,
  planDeliveries,
  tellSubscribers,
  type Subscriber,
  type SubscriberPlan,
} from './subscribers';

/** Update type that e-mails are delivered as. */
const EMAIL_UPDATE_TYPE = 'citizen-emails';

/** A numbered change of consent. */
export interface ConsentChange extends DeliveredChange {
  readonly citizen: LockedCitizen;
  readonly altered: Alterations;
  readonly fixedBody: FixedBody;
}

/** An e-mail that is ready to be sent. */
export interface EnqueuedEmail extends Omit<DeliveredChange, 'priority'> {
  readonly emailId: string;
  /** Without `sentAt`. */
  readonly body: CitizenEmailBody;
}

/**
 * Enqueues one delivery per active subscription, whatever its filter: each is told that there is nothing more. For paused ones the
 * skipped change is only counted (rule `pause-skips-changes`).
 */
export async function enqueueChange(
  tx: Tx,
  sealer: Sealer,
  change: ConsentChange,
): Promise<readonly EnqueuedDelivery[]> {
  const { citizen, altered, fixedBody } = change;
  const subscribers = await readSubscribers(tx, change, CONSENT_UPDATE_TYPES);
  const told = tellSubscribers(subscribers, citizen, altered);
  return write(tx, change, await planDeliveries(told, (active) => sealBodies(sealer, active, fixedBody)));
}

/** Enqueues an e-mail in the same way, for the subscriptions to e-mails. */
export async function enqueueEmail(
  tx: Tx,
  sealer: Sealer,
  email: EnqueuedEmail,
): Promise<readonly EnqueuedDelivery[]> {
  const subscribers = await readSubscribers(tx, email, [EMAIL_UPDATE_TYPE]);
  const body = sealer.seal(JSON.stringify(email.body), 'payload');
  return write(
    tx,
    { ...email, priority: PRIORITY.normal },
    await planDeliveries(subscribers, (active) =>
      Promise.resolve(new Map(active.map(({ id }) => [id, body]))),
    ),
  );
}

function readSubscribers<T extends string>(
  tx: Tx,
  { applicationId }: Pick<DeliveredChange, 'applicationId'>,
  updateTypes: readonly T[],
): Promise<Subscriber<T>[]> {
  return tx.$queryRaw<Subscriber<T>[]>(holdSubscribers(applicationId, updateTypes));
}

async function write(
  tx: Tx,
  change: DeliveredChange,
  { deliveries, skippedBy }: SubscriberPlan,
): Promise<readonly EnqueuedDelivery[]> {
  await tx.$executeRaw(
    Prisma.sql`WITH ${enqueueing(change, deliveries)}, ${countingSkipped(skippedBy)} SELECT 1`,
  );
  return deliveries.map(({ id, subscriptionId }) => ({ id, subscriptionId }));
}
