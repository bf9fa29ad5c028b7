/**
 * New deliveries. A row is committed with its change and holds the entry to start its workflow, so nothing accepted is
 * lost: whatever is killed after the commit, the row is found and its workflow started.
 */
import { Prisma, type Tx } from '../platform/database';
import { newId } from '../platform/ids';
import { columnOf } from './columns';
import { addEntry, TABLES } from './entries';
import { UNFINISHED } from './ordering';

/** The change that deliveries tell of. Its citizen is locked by this transaction. */
export interface DeliveredChange {
  readonly applicationId: string;
  readonly citizenId: string;
  readonly changeId: string;
  readonly sequence: number;
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
 * SQL of a WITH clause that inserts the deliveries of a change, and gives the sleeping head of each ordering key a cycle at
 * once, so that a withdrawal does not wait an hour behind it (rule `ordering`). No head is missed: a delivery goes to sleep
 * under the citizen's lock, which this transaction holds, so it slept before and is seen here, or it goes to sleep later and
 * sees the new delivery.
 */
export function enqueueing(change: DeliveredChange, deliveries: readonly NewDelivery[]): Prisma.Sql {
  const column = columnOf(deliveries);
  const subscriptionIds = column('subscriptionId', 'uuid');
  return Prisma.sql`
    enqueued AS (
      INSERT INTO "Delivery" ("id", "subscriptionId", "updateType", "bodySealed",
        "applicationId", "citizenId", "changeId", "sequence", "emailId", "status", "outboxAction", "outboxDueAt")
      SELECT d."id", d."subscriptionId", d."updateType", d."bodySealed",
        ${change.applicationId}, ${change.citizenId}::uuid, ${change.changeId}::uuid, ${change.sequence}::int,
        ${change.emailId ?? null}::uuid, 'pending', 'start', now()
      FROM unnest(${column('id', 'uuid')}, ${subscriptionIds}, ${column('updateType', 'text')},
        ${column('bodySealed', 'text')}) AS d("id", "subscriptionId", "updateType", "bodySealed")
    ), woken AS (
      UPDATE ${TABLES.delivery.table} SET ${addEntry('retryNow')}
      WHERE "citizenId" = ${change.citizenId}::uuid AND "subscriptionId" = ANY(${subscriptionIds}::uuid[])
        AND ${SLEEPS} AND "outboxAction" IS NULL
    )`;
}

/** SQL condition: a delivery sleeps until its next cycle, or as long as its endpoint has asked for; not just a backoff. */
const SLEEPS = Prisma.sql`
  ("status" = 'waiting' OR ("status" = 'delivering' AND "nextAttemptAt" > now() + interval '5 seconds'))`;

/**
 * Inserts a delivery of each citizen's present state to one subscription, but for those whose unfinished delivery will
 * send the state of its own moment: another would only repeat it (rule `rendered-when-sent`). The citizens are locked by
 * this transaction.
 */
export async function enqueueCurrentState(
  tx: Tx,
  subscriptionId: string,
  citizenIds: readonly string[],
): Promise<void> {
  const deliveryIds = citizenIds.map(() => newId());
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO "Delivery" ("id", "subscriptionId", "updateType", "applicationId", "citizenId", "changeId", "sequence",
      "status", "outboxAction", "outboxDueAt")
    SELECT n."id", ${subscriptionId}::uuid, 'effective-permission', c."applicationId", c."id", h."id", h."sequence",
      'pending', 'start', now()
    FROM unnest(${deliveryIds}::uuid[], ${[...citizenIds]}::uuid[]) AS n("id", "citizenId")
    JOIN "Citizen" c ON c."id" = n."citizenId" AND c."deletedAt" IS NULL
    JOIN "Change" h ON h."citizenId" = c."id" AND h."sequence" = c."lastSequence"
    WHERE NOT EXISTS (
      SELECT 1 FROM "Delivery" d WHERE d."subscriptionId" = ${subscriptionId}::uuid AND d."citizenId" = c."id"
        AND d."updateType" = 'effective-permission' AND d.${UNFINISHED})`);
}
