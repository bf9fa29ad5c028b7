/** The journal of a subscription: what it was told of, or would have been, in order (rule `journal-leaves-nothing-out`). */
import type { Visibility } from '../access/visibility';
import type { DeliveryStatus } from '../../workflows/deliver-webhook/contract';
import { tellsOf } from '../consent/rules/filter';
import { Prisma, type Database } from '../platform/database';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { takeUpTo } from '../platform/take-up-to';

/** Entries of the application that are looked at for one page, where few concern the subscription. */
const SCAN = 500;
/** Rows purged at once. */
const BATCH = 1_000;

/** A part of a journal. */
export interface JournalPart {
  /** The cursor of the part before; undefined: from the oldest entry that is kept. */
  readonly after?: bigint | undefined;
  readonly limit: number;
  /** In place of all that follows a cursor: the newest entries. */
  readonly latest?: true | undefined;
}

/** An entry as it is shown. */
export interface JournalEntryView {
  readonly changeId: string;
  readonly citizenId: string;
  /** Null once the citizen is deleted. */
  readonly externalRef: string | null;
  readonly sequence: number;
  readonly kind: string;
  readonly altered: readonly string[];
  readonly recordedAt: string;
  /** Null: it was not sent to the subscription. */
  readonly delivery: { readonly id: string; readonly status: DeliveryStatus } | null;
}

/** A part, and where the next one begins. */
export interface JournalPage {
  readonly items: readonly JournalEntryView[];
  readonly nextCursor: string;
  readonly hasMore: boolean;
}

/**
 * Reads on in the journal. Where nothing is new, the answer is empty and has a cursor all the same.
 * @throws ServiceError where there is no such subscription, it is told of no changes, or entries behind the cursor have been purged.
 */
export async function readJournal(
  db: Database,
  visible: Visibility,
  subscriptionId: string,
  { after, limit, latest }: JournalPart,
): Promise<JournalPage> {
  const subscription = await db.subscription.findFirst({
    where: { id: subscriptionId, deletedAt: null, ...visible.rows() },
  });
  if (!subscription) throw refusal('subscription_not_found');
  if (subscription.updateType === 'citizen-emails') throw refusal('journal_not_supported');
  if (latest && after !== undefined) throw invalid(fieldProblem('latest', 'given_beside_cursor'));
  const { horizon, from } = await placesOf(db, subscription, after);
  if (latest) return readLatest(db, subscription, { from, horizon, limit });
  const rows = await scan(db, subscription, { from, horizon });
  if (after !== undefined) await requireKept(db, subscription, after);
  const { taken: items, passed } = takeUpTo(limit, rows, (row) => entryOf(subscription, row));
  const hasMore = passed < rows.length || rows.length === SCAN;
  const end = endOf({ from, horizon });
  return { items, nextCursor: String(hasMore ? (rows[passed - 1]?.position ?? end) : end), hasMore };
}

/** The newest entries, in order, of those of the application that are looked at; what comes next follows all of them. */
async function readLatest(
  db: Database,
  subscription: Reader,
  { limit, ...range }: Range & { readonly limit: number },
): Promise<JournalPage> {
  const rows = await scan(db, subscription, range, Prisma.sql`DESC`);
  const { taken } = takeUpTo(limit, rows, (row) => entryOf(subscription, row));
  return { items: taken.toReversed(), nextCursor: String(endOf(range)), hasMore: false };
}

function endOf({ from, horizon }: Range): bigint {
  return from > horizon ? from : horizon;
}

/** Removes entries recorded longer ago than the retention, and notes how far. True when more may be left. @param retentionMs milliseconds */
export async function purgeJournal(db: Database, retentionMs: number): Promise<boolean> {
  const purged = await db.$executeRaw(Prisma.sql`
    WITH RECURSIVE applications AS (
      (SELECT "applicationId" FROM "JournalEntry" ORDER BY "applicationId" LIMIT 1)
      UNION ALL
      SELECT next."applicationId" FROM applications a CROSS JOIN LATERAL (
        SELECT "applicationId" FROM "JournalEntry" WHERE "applicationId" > a."applicationId"
        ORDER BY "applicationId" LIMIT 1) next
    ), purged AS (
      -- By their place in the table, since no entry is ever altered: the planner would rather join all of them.
      DELETE FROM "JournalEntry" WHERE ctid = ANY(ARRAY(
        SELECT e.ctid FROM applications a CROSS JOIN LATERAL (
          SELECT ctid, "recordedAt" FROM "JournalEntry" WHERE "applicationId" = a."applicationId"
          ORDER BY "position" LIMIT ${BATCH}) e
        WHERE e."recordedAt" < now() - ${retentionMs}::float8 * interval '1 millisecond' LIMIT ${BATCH}))
      RETURNING "applicationId", "position"
    ), noted AS (
      INSERT INTO "JournalPurge" ("applicationId", "position")
      SELECT "applicationId", max("position") FROM purged GROUP BY "applicationId" ORDER BY "applicationId"
      ON CONFLICT ("applicationId") DO UPDATE SET "position" = greatest("JournalPurge"."position", excluded."position")
    )
    SELECT 1 FROM purged`);
  return purged === BATCH;
}

/** Where reading begins, and how far it may go: by a statement before that of the entries, since the horizon holds for a later one only. */
async function placesOf(
  db: Database,
  { id }: Reader,
  after: bigint | undefined,
): Promise<{ readonly horizon: bigint; readonly from: bigint }> {
  const [place] = await db.$queryRaw<Place[]>(Prisma.sql`
    SELECT journal_horizon() AS "horizon", journal_latest() AS "latest", "journalFrom"
    FROM "Subscription" WHERE "id" = ${id}::uuid`);
  if (!place) throw refusal('subscription_not_found');
  const { horizon, latest, journalFrom } = place;
  if (after !== undefined && after > latest) throw invalid(fieldProblem('after', 'invalid_cursor'));
  return { horizon, from: after ?? journalFrom };
}

/** Positions: how far may be read, the one taken last, and where the journal of the subscription begins. */
type Place = Readonly<Record<'horizon' | 'latest' | 'journalFrom', bigint>>;

/** Nothing behind the cursor was purged before the entries were read: asked for once they have been. */
async function requireKept(db: Database, { applicationId }: Reader, after: bigint): Promise<void> {
  const purge = await db.journalPurge.findUnique({ where: { applicationId } });
  if (purge && after < purge.position) throw invalid(fieldProblem('after', 'cursor_too_old'));
}

type Reader = Prisma.SubscriptionModel;

interface Row {
  readonly position: bigint;
  /** Null, as all that follows: it is erased. */
  readonly changeId: string | null;
  readonly citizenId: string;
  readonly externalRef: string | null;
  readonly sequence: number;
  readonly kind: string;
  readonly altered: readonly string[];
  readonly recordedAt: Date;
  /** Keys of what it leaves allowed. */
  readonly allowed: readonly string[];
  /** The citizen was there when the filter changed last. */
  readonly wasTold: boolean;
  readonly deliveryId: string | null;
  readonly status: DeliveryStatus | null;
}

/** Positions behind one and up to another. */
interface Range {
  readonly from: bigint;
  readonly horizon: bigint;
}

/** The first entries of the application in that order, each looked up (OFFSET). Of a deleted citizen only the deletion is left. */
function scan(
  db: Database,
  { id, applicationId, createdAt, filterChangedAt }: Reader,
  { from, horizon }: Range,
  order = Prisma.sql`ASC`,
): Promise<Row[]> {
  return db.$queryRaw<Row[]>(Prisma.sql`
    SELECT e."position", c.*, d."id" AS "deliveryId", d."status" FROM (
      SELECT "position", "changeId" FROM "JournalEntry"
      WHERE "applicationId" = ${applicationId} AND "position" > ${from} AND "position" <= ${horizon}
      ORDER BY "position" ${order} LIMIT ${SCAN}) e
    LEFT JOIN LATERAL (
      SELECT h."id" AS "changeId", h."citizenId", h."sequence", h."kind", h."altered", h."recordedAt", z."externalRef",
        coalesce(z."createdAt" <= ${filterChangedAt}::timestamptz, false) AS "wasTold",
        ARRAY(SELECT t."optionType" || ':' || t."optionId" FROM "PermissionTransaction" t
          WHERE t."changeId" = h."id" AND t."state" IN ('GRANTED', 'CLAIMED')) AS "allowed"
      FROM "Change" h JOIN "Citizen" z ON z."id" = h."citizenId"
      WHERE h."id" = e."changeId" AND h."recordedAt" >= ${createdAt}::timestamptz
        AND (z."deletedAt" IS NULL OR h."kind" = 'deletion') OFFSET 0) c ON true
    LEFT JOIN LATERAL (
      SELECT "id", "status" FROM "Delivery"
      WHERE "changeId" = c."changeId" AND "subscriptionId" = ${id}::uuid AND "resyncId" IS NULL LIMIT 1) d ON true
    ORDER BY e."position" ${order}`);
}

/** What an entry of the application is to the subscription; undefined: it does not concern it. */
function entryOf(reader: Reader, row: Row): JournalEntryView | undefined {
  const { changeId, citizenId, externalRef, sequence, kind, deliveryId, status } = row;
  if (changeId === null) return undefined;
  const altered = toldKeys(reader, row);
  if (altered.length === 0 && kind !== 'deletion') return undefined;
  return {
    ...{ changeId, citizenId, externalRef, sequence, kind, altered },
    recordedAt: row.recordedAt.toISOString(),
    delivery: deliveryId && status ? { id: deliveryId, status } : null,
  };
}

/** As of a change that is recorded, but that of answers once sent all are told (rule `filters-narrow`). */
function toldKeys({ filter, onceSent }: Reader, { altered, allowed, wasTold }: Row): string[] {
  const isTold = tellsOf({ filter, onceSent: wasTold ? onceSent : [] });
  return altered.filter((key) => isTold(key, !allowed.includes(key)));
}
