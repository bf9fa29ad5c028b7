/** Which subscriptions are told of a change, and which have missed it. */
import { enqueueDeliveries, type DeliveredChange, type EnqueuedDelivery } from '../../outbox/enqueue';
import { Prisma, type Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import type { CitizenEmailBody } from '../double-opt-in/email-body';

/** Update types that a change of consent is delivered as. */
export const CONSENT_UPDATE_TYPES = ['effective-permission', 'consent-receipts'] as const;
export type ConsentUpdateType = (typeof CONSENT_UPDATE_TYPES)[number];
/** Update type that e-mails are delivered as. */
const EMAIL_UPDATE_TYPE = 'citizen-emails';

/** A numbered change of consent. */
export interface ConsentChange extends DeliveredChange {
  /** The body without `sentAt` where it is fixed now; null where it is rendered when sent. Called once per wanted type. */
  readonly fixedBody: (updateType: ConsentUpdateType) => Promise<object | null>;
}

/** An e-mail that is ready to be sent. */
export interface EnqueuedEmail extends DeliveredChange {
  readonly emailId: string;
  /** Without `sentAt`. */
  readonly body: CitizenEmailBody;
}

interface Subscriber<T extends string = string> {
  readonly id: string;
  readonly status: string;
  readonly updateType: T;
}

/**
 * Enqueues one delivery per active subscription; for paused ones the skipped change is only counted (rule
 * `pause-skips-changes`).
 */
export async function enqueueChange(
  tx: Tx,
  sealer: Sealer,
  change: ConsentChange,
): Promise<readonly EnqueuedDelivery[]> {
  const subscribers = await holdSubscribers(tx, change.applicationId, CONSENT_UPDATE_TYPES);
  return enqueue(tx, change, subscribers, (active) => sealBodies(sealer, change, active));
}

/** Enqueues an e-mail in the same way, for the subscriptions to e-mails. */
export async function enqueueEmail(
  tx: Tx,
  sealer: Sealer,
  email: EnqueuedEmail,
): Promise<readonly EnqueuedDelivery[]> {
  const subscribers = await holdSubscribers(tx, email.applicationId, [EMAIL_UPDATE_TYPE]);
  return enqueue(tx, email, subscribers, () =>
    Promise.resolve(new Map([[EMAIL_UPDATE_TYPE, sealer.seal(JSON.stringify(email.body), 'payload')]])),
  );
}

async function enqueue<T extends string>(
  tx: Tx,
  change: DeliveredChange,
  subscribers: readonly Subscriber<T>[],
  sealedBodies: (active: readonly Subscriber<T>[]) => Promise<ReadonlyMap<T, string>>,
): Promise<readonly EnqueuedDelivery[]> {
  const active = subscribers.filter(({ status }) => status === 'active');
  const paused = subscribers.filter(({ status }) => status !== 'active');
  const bodies = active.length > 0 ? await sealedBodies(active) : new Map<T, string>();
  const deliveries = active.map(({ id: subscriptionId, updateType }) => ({
    id: newId(),
    subscriptionId,
    updateType,
    bodySealed: bodies.get(updateType) ?? null,
  }));
  if (deliveries.length > 0) await enqueueDeliveries(tx, change, deliveries);
  if (paused.length > 0) await countSkipped(tx, paused);
  return deliveries.map(({ id, subscriptionId }) => ({ id, subscriptionId }));
}

/**
 * FOR SHARE: a pause waits for the changes under way, and a change for the pause, so it is one or the other (rule
 * `citizen-lock-first`).
 */
function holdSubscribers<T extends string>(
  tx: Tx,
  applicationId: string,
  updateTypes: readonly T[],
): Promise<Subscriber<T>[]> {
  return tx.$queryRaw<Subscriber<T>[]>(Prisma.sql`
    SELECT "id", "status", "updateType" FROM "Subscription"
    WHERE "applicationId" = ${applicationId} AND "deletedAt" IS NULL AND "updateType" IN (${Prisma.join(updateTypes)})
    ORDER BY "id" FOR SHARE`);
}

async function sealBodies(
  sealer: Sealer,
  change: ConsentChange,
  subscribers: readonly Subscriber<ConsentUpdateType>[],
): Promise<Map<ConsentUpdateType, string>> {
  const sealed = new Map<ConsentUpdateType, string>();
  for (const updateType of new Set(subscribers.map((subscriber) => subscriber.updateType))) {
    const body = await change.fixedBody(updateType);
    if (body !== null) sealed.set(updateType, sealer.seal(JSON.stringify(body), 'payload'));
  }
  return sealed;
}

/** In the order of the ids, so that two changes never wait for each other's counter in a circle. */
async function countSkipped(tx: Tx, paused: readonly Subscriber[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO "SkippedCount" ("subscriptionId", "count")
    SELECT "id", 1 FROM unnest(${paused.map(({ id }) => id)}::uuid[]) "id" ORDER BY "id"
    ON CONFLICT ("subscriptionId") DO UPDATE SET "count" = "SkippedCount"."count" + 1`);
}
