/** How dispatchers share the outbox: an entry is claimed under a lease, then acknowledged or released. */
import { Prisma, type Database, type Tx } from '../platform/database';
import { dueInTurn, type DueInTurn } from './due-in-turn';
import { GOES_ON, TABLES, type OutboxEntry, type WorkflowKind } from './entries';
import { PRIORITY } from './priority';
import { Turns } from './turns';

/** An entry that is neither acknowledged nor released by then is claimed again. */
const LEASE = Prisma.sql`interval '10 seconds'`;

/** Names an entry as it was claimed. */
export type ClaimedEntry = Pick<OutboxEntry, 'kind' | 'id' | 'version'>;

/**
 * Claims entries that are due, up to `limit` of each kind: deliveries by priority and in turn (rule `withdrawals-first`), the
 * others the oldest first. Dispatchers of other workers get others (SKIP LOCKED).
 * @param turns of this dispatcher, which remember whose turn it was last
 */
export async function claimEntries(db: Database, limit: number, turns = new Turns()): Promise<OutboxEntry[]> {
  const aged = turns.agedComeFirst() ? await claim(db, turns.aged(limit), turns) : [];
  const left = limit - aged.filter(({ kind }) => kind === 'delivery').length;
  return left === 0 ? aged : [...aged, ...(await claim(db, turns.next(left), turns))];
}

async function claim(db: Database, which: DueInTurn, turns: Turns): Promise<OutboxEntry[]> {
  const { limit } = which;
  const entries = await db.$queryRaw<OutboxEntry[]>(Prisma.sql`
    WITH delivery AS (${lease('delivery', dueInTurn(which), OF_DELIVERY)}),
    opt_in AS (${lease('opt-in', longestDue('opt-in', limit), OF_OPT_IN)}),
    resync AS (${lease('resync', longestDue('resync', limit), OF_RESYNC)}),
    message AS (${lease('message', longestDue('message', limit), OF_MESSAGE)})
    SELECT 'delivery' AS "kind", * FROM delivery
    UNION ALL SELECT 'opt-in', * FROM opt_in
    UNION ALL SELECT 'resync', * FROM resync
    UNION ALL SELECT 'message', * FROM message`);
  turns.taken(entries, which);
  return entries;
}

/** What an entry tells of its row: the same columns, in the same order, for each kind. */
const OF_DELIVERY = Prisma.sql`
  d."applicationId", d."subscriptionId", d."citizenId", d."changeId", d."updateType", d."resent", d."priority"::int, d."traceparent"`;
const OF_OPT_IN = Prisma.sql`
  d."applicationId", NULL::uuid, d."citizenId", NULL::uuid, NULL::text, false, ${Prisma.raw(`${PRIORITY.normal}`)}, NULL::varchar`;
const OF_RESYNC = Prisma.sql`
  (SELECT s."applicationId" FROM "Subscription" s WHERE s."id" = d."subscriptionId"), d."subscriptionId", NULL::uuid,
  NULL::uuid, NULL::text, false, ${Prisma.raw(`${PRIORITY.bulk}`)}, NULL::varchar`;

const OF_MESSAGE = Prisma.sql`
  NULL::text, NULL::uuid, NULL::uuid, NULL::uuid, NULL::text, false, ${Prisma.raw(`${PRIORITY.withdrawal}`)}, NULL::varchar`;

/** Moves the due times of entries ahead. */
function lease(kind: WorkflowKind, due: Prisma.Sql, columns: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    WITH due AS (${due})
    UPDATE ${TABLES[kind].table} d SET "outboxDueAt" = now() + ${LEASE} FROM due WHERE d."id" = due."id"
    RETURNING d."id", d."outboxAction" AS "action", d."outboxVersion" AS "version", ${columns}`;
}

/** SQL: the ids of a kind of which there are few at a time, locked. */
function longestDue(kind: WorkflowKind, limit: number): Prisma.Sql {
  return Prisma.sql`
    SELECT "id" FROM ${TABLES[kind].table} WHERE "outboxAction" IS NOT NULL AND "outboxDueAt" <= now()
    ORDER BY "outboxDueAt", "id" LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
}

/** SQL: since when the longest due of a subscription's entries of ordinary urgency has been due; by the queue's index. */
export function dueSince(subscriptionId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
    SELECT min(q."outboxDueAt") FROM "Delivery" q
    WHERE q."outboxAction" IS NOT NULL AND q."priority" = ${Prisma.raw(`${PRIORITY.normal}`)} AND q."subscriptionId" = ${subscriptionId})`;
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
  return Prisma.sql`"verifiedAt" = now(), ${GOES_ON},
    "outboxAction" = CASE WHEN "outboxVersion" = ${version} THEN NULL ELSE "outboxAction" END,
    "outboxDueAt" = CASE WHEN "outboxVersion" = ${version} THEN NULL ELSE "outboxDueAt" END`;
}

/**
 * Notes that the workflow of a delivery looks at it, and will again by itself: as {@link acknowledgeLoaded}, where nothing else is
 * to be written.
 */
export async function noteLook(db: Database, id: string, version: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE ${TABLES.delivery.table} SET ${acknowledgeLoaded(Prisma.sql`${version}::int`)} WHERE "id" = ${id}::uuid`);
}

/**
 * As {@link noteLook}, of a delivery that this process can't attempt. The reason goes with the next attempt.
 * @param reason without content
 */
export async function noteTrouble(db: Database, id: string, version: number, reason: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE ${TABLES.delivery.table}
    SET "lastError" = ${reason}, "lastStatusCode" = NULL, ${acknowledgeLoaded(Prisma.sql`${version}::int`)}
    WHERE "id" = ${id}::uuid AND ${TABLES.delivery.unfinished}`);
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
