/** How dispatchers share the outbox: an entry is claimed under a lease, then acknowledged or released. */
import { Prisma, type Database, type Tx } from '../platform/database';
import { TABLES, type OutboxEntry, type WorkflowKind } from './entries';

/** An entry that is neither acknowledged nor released by then is claimed again. */
const LEASE = Prisma.sql`interval '10 seconds'`;

/** Names an entry as it was claimed. */
export type ClaimedEntry = Pick<OutboxEntry, 'kind' | 'id' | 'version'>;

/**
 * Claims entries that are due, up to `limit` of each kind, the oldest first, with one statement. Dispatchers of other
 * workers get others (SKIP LOCKED).
 */
export async function claimEntries(db: Database, limit: number): Promise<OutboxEntry[]> {
  return db.$queryRaw<OutboxEntry[]>(Prisma.sql`
    WITH delivery AS (${claim('delivery', limit, OF_DELIVERY)}),
    "optIn" AS (${claim('opt-in', limit, OF_OPT_IN)}),
    resync AS (${claim('resync', limit, OF_RESYNC)})
    SELECT 'delivery' AS "kind", * FROM delivery
    UNION ALL SELECT 'opt-in', * FROM "optIn"
    UNION ALL SELECT 'resync', * FROM resync`);
}

/** What an entry tells of its row: the same columns, in the same order, for each kind. */
const OF_DELIVERY = Prisma.sql`d."applicationId", d."subscriptionId", d."citizenId", d."updateType", d."resent"`;
const OF_OPT_IN = Prisma.sql`d."applicationId", NULL::uuid, d."citizenId", NULL::text, false`;
const OF_RESYNC = Prisma.sql`
  (SELECT s."applicationId" FROM "Subscription" s WHERE s."id" = d."subscriptionId"), d."subscriptionId", NULL::uuid, NULL::text, false`;

/** Takes the oldest due entries of a kind. */
function claim(kind: WorkflowKind, limit: number, columns: Prisma.Sql): Prisma.Sql {
  const { table } = TABLES[kind];
  return Prisma.sql`
    WITH due AS (
      SELECT "id" FROM ${table} WHERE "outboxAction" IS NOT NULL AND "outboxDueAt" <= now()
      ORDER BY "outboxDueAt", "id" LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE ${table} d SET "outboxDueAt" = now() + ${LEASE} FROM due WHERE d."id" = due."id"
    RETURNING d."id", d."outboxAction" AS "action", d."outboxVersion" AS "version", ${columns}`;
}

/** Removes an entry, since Temporal has been told; one that was added since has another version and stays. */
export async function acknowledge(tx: Tx, { kind, id, version }: ClaimedEntry): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES[kind].table} SET "outboxAction" = NULL, "outboxDueAt" = NULL, "verifiedAt" = now()
    WHERE "id" = ${id}::uuid AND "outboxVersion" = ${version}`);
}

/**
 * SQL assignments with which a workflow that looks at its delivery acknowledges the entry it may have been started or
 * signalled for, in the statement that writes what it found. One added since it loaded the row stays.
 * @param version as loaded
 */
export function acknowledgeLoaded(version: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`"verifiedAt" = now(),
    "outboxAction" = CASE WHEN "outboxVersion" = ${version} THEN NULL ELSE "outboxAction" END,
    "outboxDueAt" = CASE WHEN "outboxVersion" = ${version} THEN NULL ELSE "outboxDueAt" END`;
}

/** Gives an entry back that Temporal could not be told of now. */
export async function release(tx: Tx, { kind, id, version }: ClaimedEntry, delayMs: number): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES[kind].table} SET "outboxDueAt" = now() + ${delayMs} * interval '1 millisecond'
    WHERE "id" = ${id}::uuid AND "outboxVersion" = ${version}`);
}

/**
 * Gives an entry back that Temporal has refused, with the reason to read in the delivery. The reason goes with the next
 * attempt.
 * @param reason without content
 */
export async function postpone(tx: Tx, entry: ClaimedEntry, delayMs: number, reason: string): Promise<void> {
  await release(tx, entry, delayMs);
  if (entry.kind !== 'delivery') return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE ${TABLES.delivery.table} SET "lastError" = ${reason}, "lastStatusCode" = NULL
    WHERE "id" = ${entry.id}::uuid AND "outboxVersion" = ${entry.version} AND ${TABLES.delivery.unfinished}`);
}
