/**
 * New deliveries. A row is committed with its change and holds the entry to start its workflow, so nothing accepted is
 * lost: whatever is killed after the commit, the row is found and its workflow started.
 */
import { Prisma, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { currentTrace } from '../platform/tracing';
import { columnOf } from './columns';
import { wokenByWhere } from './cycle-reasons';
import { addSignalWhere, TABLES } from './entries';
import { LOCK_ORDER, orderedAs, UNFINISHED } from './ordering';
import { PRIORITY, type Priority } from './priority';

/** The change that deliveries tell of. Its citizen is locked by this transaction. */
export interface DeliveredChange {
  readonly applicationId: string;
  readonly citizenId: string;
  readonly changeId: string;
  readonly sequence: number;
  readonly priority: Priority;
  /** The citizen is deleted with it: none of the citizen's earlier deliveries is sent any more. */
  readonly isDeletion?: true;
  /** The e-mail to deliver, where it is one. */
  readonly emailId?: string;
}

/** A delivery that will start. */
export interface EnqueuedDelivery {
  readonly id: string;
  readonly subscriptionId: string;
}

/** A delivery to enqueue. */
export interface NewDelivery extends EnqueuedDelivery {
  readonly updateType: string;
  /** The body where it is fixed now; null where it is rendered when it is sent. */
  readonly bodySealed: string | null;
}

/**
 * SQL of a WITH clause that inserts the deliveries of a change, and hastens those that stand before them.
 *
 * The sleeping head of each ordering key gets a cycle at once, so that a withdrawal does not wait an hour behind it (rule
 * `ordering`). No head is missed: a delivery goes to sleep under the citizen's lock, which this transaction holds, so it slept
 * before and is seen here, or it goes to sleep later and sees the new delivery.
 *
 * And whatever is unfinished before a new delivery gets its urgency, where that is more (rule `withdrawals-first`). None is
 * missed, since deliveries are made under the citizen's lock too.
 */
export function enqueueing(change: DeliveredChange, deliveries: readonly NewDelivery[]): Prisma.Sql {
  const column = columnOf(deliveries);
  const subscriptionIds = column('subscriptionId', 'uuid');
  const citizen = Prisma.sql`FROM "Citizen" WHERE "id" = ${change.citizenId}::uuid`;
  const priority = Prisma.sql`${change.priority}::int2`;
  const sleeps = Prisma.sql`${SLEEPS} AND d."outboxAction" IS NULL`;
  const isSent = change.isDeletion
    ? Prisma.sql`d."citizenId" <> ${change.citizenId}::uuid`
    : Prisma.sql`true`;
  return Prisma.sql`
    enqueued AS (
      INSERT INTO "Delivery" ("id", "subscriptionId", "updateType", "bodySealed", "applicationId", "citizenId", "orderedAs",
        "changeId", "sequence", "priority", "isWithdrawal", "emailId", "traceparent", "status", "outboxAction", "outboxDueAt")
      SELECT d."id", d."subscriptionId", d."updateType", d."bodySealed",
        ${change.applicationId}, ${change.citizenId}::uuid, (SELECT "orderedAs" ${citizen}), ${change.changeId}::uuid,
        ${change.sequence}::int, ${priority}, ${priority} = ${PRIORITY.withdrawal}, ${change.emailId ?? null}::uuid,
        ${currentTrace()?.traceparent ?? null}::varchar,
        'pending', 'start', now()
      FROM unnest(${column('id', 'uuid')}, ${subscriptionIds}, ${column('updateType', 'text')},
        ${column('bodySealed', 'text')}) AS d("id", "subscriptionId", "updateType", "bodySealed")
    ), earlier AS (
      SELECT d."id" FROM "Delivery" d
      WHERE d."subscriptionId" = ANY(${subscriptionIds}::uuid[])
        AND ${orderedAs('d')} = (SELECT coalesce("orderedAs", "id") ${citizen})
        AND d.${UNFINISHED} AND ${isSent} AND (d."priority" > ${priority} OR (${sleeps}))
      ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE
    ), hastened AS (
      UPDATE ${TABLES.delivery.table} d
      SET "priority" = least(d."priority", ${priority}), ${addSignalWhere(sleeps, 'retryNow')},
        ${wokenByWhere(sleeps, 'newer-change')}
      FROM earlier WHERE d."id" = earlier."id"
    )`;
}

/** SQL condition: a delivery sleeps until its next cycle, or as long as its endpoint has asked for; not just a backoff. */
const SLEEPS = Prisma.sql`
  ("status" = 'waiting' OR ("status" = 'delivering' AND "nextAttemptAt" > now() + interval '5 seconds'))`;

/**
 * Inserts a delivery of each citizen's present state to one subscription, but for those whose unfinished delivery has yet to
 * begin and will send the state of that moment: another would only repeat it (rule `rendered-when-sent`). One that has begun
 * may have told its receiver an older state, and be delivered by that. One that is about to begin with an older state is
 * kept from it by its new version, and loaded again. The citizens are locked by this transaction.
 * @param resync that queues them
 * @returns how many were inserted.
 */
export async function enqueueCurrentState(
  tx: Tx,
  resync: { readonly id: string; readonly subscriptionId: string },
  citizenIds: readonly string[],
): Promise<number> {
  const { id, subscriptionId } = resync;
  const deliveryIds = citizenIds.map(() => newId());
  const column = Prisma.sql`${[...citizenIds]}::uuid[]`;
  return tx.$executeRaw(Prisma.sql`
    WITH locked AS (
      SELECT "id" FROM "Delivery" d WHERE "subscriptionId" = ${subscriptionId}::uuid AND "citizenId" = ANY(${column})
        AND "updateType" = 'effective-permission' AND "attemptCount" = 0 AND ${UNFINISHED}
      ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE
    ), unsent AS (
      UPDATE ${TABLES.delivery.table} d SET "outboxVersion" = d."outboxVersion" + 1
      FROM locked WHERE d."id" = locked."id" RETURNING d."citizenId"
    )
    INSERT INTO "Delivery" ("id", "subscriptionId", "updateType", "applicationId", "citizenId", "orderedAs", "changeId", "sequence",
      "priority", "resyncId", "status", "outboxAction", "outboxDueAt")
    SELECT n."id", ${subscriptionId}::uuid, 'effective-permission', c."applicationId", c."id", c."orderedAs", h."id", h."sequence",
      ${PRIORITY.bulk}::int2, ${id}::uuid, 'pending', 'start', now()
    FROM unnest(${deliveryIds}::uuid[], ${column}) AS n("id", "citizenId")
    JOIN "Citizen" c ON c."id" = n."citizenId" AND c."deletedAt" IS NULL
    JOIN "Change" h ON h."citizenId" = c."id" AND h."sequence" = c."lastSequence"
    WHERE NOT EXISTS (SELECT 1 FROM unsent WHERE unsent."citizenId" = c."id")`);
}
