/**
 * The outbox. A delivery's row is committed with its change and says what Temporal is owed, so nothing accepted is lost:
 * whatever is killed after the commit, the row is found and its workflow started.
 */
import { Prisma, type Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import type { CitizenEmailBody } from '../double-opt-in/email-body';

/** Update types that a change of consent is delivered as. */
export const CONSENT_UPDATE_TYPES = ['effective-permission', 'consent-receipts'] as const;
export type ConsentUpdateType = (typeof CONSENT_UPDATE_TYPES)[number];
/** Update type that e-mails are delivered as. */
const EMAIL_UPDATE_TYPE = 'citizen-emails';

/** A place in the history of a citizen, who is locked by this transaction. */
export interface Cause {
  readonly applicationId: string;
  readonly citizenId: string;
  readonly changeId: string;
  readonly sequence: number;
}

/** A numbered change. */
export interface QueuedChange extends Cause {
  /** The body without `sentAt` where it is fixed now; null where it is rendered when sent. Asked once per wanted type. */
  readonly fixedBody: (updateType: ConsentUpdateType) => Promise<object | null>;
}

/** A delivery that will start. */
export interface QueuedDelivery {
  readonly id: string;
  readonly subscriptionId: string;
}

/** An e-mail that is ready to be sent. */
export interface QueuedEmail extends Cause {
  readonly emailId: string;
  /** Without `sentAt`. */
  readonly body: CitizenEmailBody;
}

interface Subscriber<T extends string = string> {
  readonly id: string;
  readonly status: string;
  readonly updateType: T;
}

/** Queues one delivery per active subscription; for paused ones the skipped change is only counted (rule `pause-skips-changes`). */
export async function queueDeliveries(
  tx: Tx,
  sealer: Sealer,
  change: QueuedChange,
): Promise<readonly QueuedDelivery[]> {
  const subscribers = await holdSubscribers(tx, change.applicationId, CONSENT_UPDATE_TYPES);
  return queue(tx, change, subscribers, null, (active) => sealBodies(sealer, change, active));
}

/** Queues an e-mail in the same way, for the subscriptions to e-mails. */
export async function queueEmail(
  tx: Tx,
  sealer: Sealer,
  email: QueuedEmail,
): Promise<readonly QueuedDelivery[]> {
  const subscribers = await holdSubscribers(tx, email.applicationId, [EMAIL_UPDATE_TYPE]);
  return queue(tx, email, subscribers, email.emailId, () =>
    Promise.resolve(new Map([[EMAIL_UPDATE_TYPE, sealer.seal(JSON.stringify(email.body), 'payload')]])),
  );
}

async function queue<T extends string>(
  tx: Tx,
  cause: Cause,
  subscribers: readonly Subscriber<T>[],
  emailId: string | null,
  sealedBodies: (active: readonly Subscriber<T>[]) => Promise<ReadonlyMap<T, string>>,
): Promise<readonly QueuedDelivery[]> {
  const active = subscribers.filter(({ status }) => status === 'active');
  const paused = subscribers.filter(({ status }) => status !== 'active');
  const queued = active.map((subscriber) => ({ id: newId(), subscriptionId: subscriber.id, subscriber }));
  if (queued.length > 0) {
    const bodies = await sealedBodies(active);
    await insert(
      tx,
      cause,
      emailId,
      queued.map(({ subscriber, ...delivery }) => ({
        ...delivery,
        updateType: subscriber.updateType,
        bodySealed: bodies.get(subscriber.updateType) ?? null,
      })),
    );
  }
  if (paused.length > 0) await countSkipped(tx, paused);
  return queued.map(({ id, subscriptionId }) => ({ id, subscriptionId }));
}

/** FOR SHARE: a pause waits for the changes under way, and a change for the pause, so it is one or the other (rule `citizen-lock-first`). */
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
  change: QueuedChange,
  subscribers: readonly Subscriber<ConsentUpdateType>[],
): Promise<Map<ConsentUpdateType, string>> {
  const sealed = new Map<ConsentUpdateType, string>();
  for (const updateType of new Set(subscribers.map((subscriber) => subscriber.updateType))) {
    const body = await change.fixedBody(updateType);
    if (body !== null) sealed.set(updateType, sealer.seal(JSON.stringify(body), 'payload'));
  }
  return sealed;
}

interface NewDelivery extends QueuedDelivery {
  readonly updateType: string;
  readonly bodySealed: string | null;
}

/**
 * Inserts the deliveries and gives the sleeping head of each line a cycle at once, so that a withdrawal does not wait an
 * hour behind it (rule `ordering`). No head is missed: a delivery goes to sleep under the citizen's lock, which this
 * transaction holds, so it slept before and is seen here, or it goes to sleep later and sees the new delivery.
 */
async function insert(
  tx: Tx,
  cause: Cause,
  emailId: string | null,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  const column = <K extends keyof NewDelivery>(name: K): NewDelivery[K][] =>
    deliveries.map((delivery) => delivery[name]);
  const subscriptionIds = column('subscriptionId');
  await tx.$executeRaw(Prisma.sql`
    WITH queued AS (
      INSERT INTO "Delivery" ("id", "subscriptionId", "updateType", "bodySealed",
        "applicationId", "citizenId", "changeId", "sequence", "emailId", "status", "owed", "owedAt")
      SELECT d.*, ${cause.applicationId}, ${cause.citizenId}::uuid, ${cause.changeId}::uuid, ${cause.sequence}::int,
        ${emailId}::uuid, 'pending', 'start', now()
      FROM unnest(${column('id')}::uuid[], ${subscriptionIds}::uuid[], ${column('updateType')}::text[],
        ${column('bodySealed')}::text[]) d
    )
    UPDATE "Delivery" SET "owed" = 'wake', "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "citizenId" = ${cause.citizenId}::uuid AND "subscriptionId" = ANY(${subscriptionIds}::uuid[])
      AND "status" = 'waiting' AND "owed" IS NULL`);
}

/** In the order of the ids, so that two changes never wait for each other's counter in a circle. */
async function countSkipped(tx: Tx, paused: readonly Subscriber[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO "SkippedCount" ("subscriptionId", "count")
    SELECT "id", 1 FROM unnest(${paused.map(({ id }) => id)}::uuid[]) "id" ORDER BY "id"
    ON CONFLICT ("subscriptionId") DO UPDATE SET "count" = "SkippedCount"."count" + 1`);
}
