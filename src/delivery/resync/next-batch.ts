/**
 * The next batch of a resync: deliveries for the next few citizens.
 *
 * They are enqueued under each citizen's lock, as those of a change are, so each takes its place in the order of its
 * ordering key and carries the number of the citizen's latest change. The cursor moves in the same transaction: no citizen
 * is left out or processed twice, whatever is killed when.
 */
import type { ResyncProgress } from '../../../workflows/resync/contract';
import { enqueueCurrentState } from '../../outbox/enqueue';
import { NO_ENTRY } from '../../outbox/entries';
import { UNFINISHED } from '../../outbox/ordering';
import { noteNextLook } from '../../outbox/stuck-workflows';
import { databaseNow, Prisma, type Database, type Tx } from '../../platform/database';
import { takeUpTo } from '../../platform/take-up-to';
import { inScope } from '../../subscriptions/resync-scope';
import { compareStates, MOST_COMPARED } from '../state-digests';

/** Citizens of one batch. With {@link PACE_MS} it bounds the rate, so that today's changes are not crowded out. */
const BATCH = 100;
const PACE_MS = 1_000;
/** Citizens looked at for one batch, where few are in scope. */
const SCAN = 2_000;
/** While so many of the subscription's deliveries are unfinished, no more are made: its endpoint is down, or slow. */
const MOST_UNFINISHED = 500;
/** Between looks at a subscription that is paused. */
const PAUSED_MS = 10_000;

interface RunningResync {
  readonly id: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
  readonly since: Date | null;
  readonly onlyDifferent: boolean;
  readonly filter: readonly string[];
  readonly total: number;
  readonly done: number;
  readonly cursor: string | null;
  readonly createdAt: Date;
  readonly status: 'running' | 'completed' | 'cancelled';
  readonly subscriptionStatus: string;
  readonly fits: boolean;
}

/**
 * Processes one batch. A resync waits while its subscription is paused, since nothing is sent then; it is cancelled when the
 * subscription is deleted or is no more of Effective Permissions.
 */
export async function processNextBatch(db: Database, resyncId: string): Promise<ResyncProgress> {
  return db.$transaction(async (tx) => {
    const progress = await process(tx, resyncId);
    if (!progress.ended) await noteNextLook(tx, 'resync', resyncId, progress.waitMs);
    return progress;
  });
}

async function process(tx: Tx, resyncId: string): Promise<ResyncProgress> {
  const resync = await lockResync(tx, resyncId);
  if (!resync) return { ended: true, status: 'gone' };
  if (resync.status !== 'running') return { ended: true, status: resync.status };
  if (!resync.fits) return end(tx, resync, 'cancelled');
  const { done, total } = resync;
  if (resync.subscriptionStatus !== 'active') return { ended: false, done, total, waitMs: PAUSED_MS };
  if (await hasEnough(tx, resync.subscriptionId)) return { ended: false, done, total, waitMs: PACE_MS };
  const { citizenIds, passed, cursor } = await nextCitizens(tx, resync);
  if (cursor === null) return end(tx, resync, 'completed');
  const queued = await enqueue(tx, resync, citizenIds);
  if (queued === undefined) return { ended: false, done, total, waitMs: PACE_MS };
  const seen = done + passed;
  await tx.resync.update({
    where: { id: resyncId },
    data: { cursor, done: seen, queued: { increment: queued } },
  });
  return { ended: false, done: seen, total, waitMs: PACE_MS };
}

/** Cancels a resync unless it has ended. */
export async function abandonResync(db: Database, resyncId: string): Promise<void> {
  await db.resync.updateMany({
    where: { id: resyncId, status: 'running' },
    data: { status: 'cancelled', finishedAt: await databaseNow(db), ...NO_ENTRY },
  });
}

async function lockResync(tx: Tx, resyncId: string): Promise<RunningResync | undefined> {
  const [row] = await tx.$queryRaw<RunningResync[]>(Prisma.sql`
    SELECT r."id", r."subscriptionId", r."since", r."onlyDifferent", r."total", r."done", r."cursor", r."createdAt", r."status",
           s."applicationId", s."filter", s."status" AS "subscriptionStatus",
           s."deletedAt" IS NULL AND s."updateType" = 'effective-permission' AS "fits"
    FROM "Resync" r JOIN "Subscription" s ON s."id" = r."subscriptionId"
    WHERE r."id" = ${resyncId}::uuid FOR UPDATE OF r`);
  return row;
}

async function end(
  tx: Tx,
  resync: RunningResync,
  status: 'completed' | 'cancelled',
): Promise<ResyncProgress> {
  await tx.resync.update({
    where: { id: resync.id },
    data: {
      status,
      finishedAt: await databaseNow(tx),
      ...NO_ENTRY,
      // Citizens deleted since the count are not missing.
      ...(status === 'completed' && { total: resync.done }),
    },
  });
  return { ended: true, status };
}

async function hasEnough(tx: Tx, subscriptionId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT count(*)::int AS "count" FROM (
      SELECT 1 FROM "Delivery" WHERE "subscriptionId" = ${subscriptionId}::uuid
        AND ${UNFINISHED} LIMIT ${MOST_UNFINISHED}) unfinished`);
  return (row?.count ?? 0) >= MOST_UNFINISHED;
}

/** The next citizens to send the state of, how many in scope were passed for them, and up to whom; a null cursor: nobody is left. */
async function nextCitizens(
  tx: Tx,
  resync: RunningResync,
): Promise<{ citizenIds: string[]; passed: number; cursor: string | null }> {
  const { since, onlyDifferent, subscriptionId, filter } = resync;
  const scan = onlyDifferent ? MOST_COMPARED : since === null ? BATCH : SCAN;
  const scanned = await scanCitizens(tx, resync, scan);
  const ids = scanned.flatMap(({ id, wanted }) => (wanted ? [id] : []));
  const compared = onlyDifferent ? await compareStates(tx, { subscriptionId, filter }, ids) : [];
  const alike = new Set(compared.flatMap(({ citizenId, differs }) => (differs ? [] : [citizenId])));
  const { taken, passed } = takeUpTo(BATCH, ids, (id) => (alike.has(id) ? undefined : id));
  const last = passed < ids.length || taken.length === BATCH ? ids[passed - 1] : scanned.at(-1)?.id;
  return { citizenIds: taken, passed, cursor: last ?? null };
}

/** Citizens by id. Those who came later than the resync were sent their first change already. */
function scanCitizens(
  tx: Tx,
  { applicationId, since, cursor, createdAt }: RunningResync,
  limit: number,
): Promise<{ id: string; wanted: boolean }[]> {
  return tx.$queryRaw(Prisma.sql`
    SELECT c."id", ${inScope(since)} AS "wanted" FROM "Citizen" c
    WHERE c."applicationId" = ${applicationId} AND c."createdAt" <= ${createdAt}::timestamptz
      ${cursor === null ? Prisma.empty : Prisma.sql`AND c."id" > ${cursor}::uuid`}
    ORDER BY c."id" LIMIT ${limit}`);
}

/**
 * Answers how many deliveries were queued; undefined when the subscription has changed meanwhile: look again. Citizens are locked
 * before it, as everywhere (rule `citizen-lock-first`).
 */
async function enqueue(
  tx: Tx,
  resync: RunningResync,
  citizenIds: readonly string[],
): Promise<number | undefined> {
  if (citizenIds.length === 0) return 0;
  await tx.$queryRaw(Prisma.sql`
    SELECT 1 FROM "Citizen" WHERE "id" = ANY(${[...citizenIds]}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE`);
  const held = await tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM "Subscription" WHERE "id" = ${resync.subscriptionId}::uuid AND "deletedAt" IS NULL
      AND "status" = 'active' AND "updateType" = 'effective-permission' FOR SHARE`);
  if (held.length === 0) return undefined;
  return enqueueCurrentState(tx, resync, citizenIds);
}
