/** Turns the passing of time into changes (rule `time-becomes-a-change`). */
import { Prisma, type Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import type { LockedCitizen } from './lock-citizen';
import { applyRead, momentOf } from './apply-change';
import { NOTHING_NAMED, readForChange } from './read-for-change';

/** How much one call does. */
export interface DueTransitionsOptions {
  /** The most citizens. */
  readonly limit: number;
}

/**
 * Records what has ended or begun by the passing of time, as one change for each citizen, and enqueues its deliveries. Safe to run in
 * several workers: a citizen's lock and its `nextTransitionAt` let each transition be recorded once.
 *
 * Each citizen has a separate transaction, so that one that fails does not hold up the others.
 * @returns how many transitions were recorded; as many as `limit` means that there may be more.
 * @throws AggregateError when some failed, after the others.
 */
export async function recordDueTransitions(
  db: Database,
  sealer: Sealer,
  { limit }: DueTransitionsOptions,
): Promise<number> {
  const due = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT "id" FROM "Citizen" WHERE "nextTransitionAt" <= clock_timestamp() ORDER BY "nextTransitionAt" LIMIT ${limit}`);
  let recorded = 0;
  const failures: unknown[] = [];
  for (const { id } of due) {
    try {
      if (await recordDueTransition(db, sealer, id)) recorded += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} transitions could not be recorded`);
  return recorded;
}

/** False when another worker has done it or is doing it, or when a change has included it. */
async function recordDueTransition(db: Database, sealer: Sealer, citizenId: string): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const [citizen] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
      SELECT "id", "applicationId", "externalRef", "lastSequence", "evaluatedAt", "nextTransitionAt" FROM "Citizen"
      WHERE "id" = ${citizenId}::uuid AND "nextTransitionAt" <= clock_timestamp()
      FOR NO KEY UPDATE SKIP LOCKED`);
    if (!citizen) return false;
    const read = await readForChange(tx, citizen, NOTHING_NAMED);
    await applyRead(tx, sealer, citizen, read, {
      changeId: newId(),
      kind: 'transition',
      at: momentOf(citizen, read.catalogue.now),
      transactions: [],
      answers: [],
    });
    return true;
  });
}
