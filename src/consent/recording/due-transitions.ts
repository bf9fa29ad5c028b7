/** Turns the passing of time into changes (rule `time-becomes-a-change`). */
import { Prisma, type Database, type Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import { applyRead, momentOf } from './apply-change';
import { LOCKED_COLUMNS, type LockedCitizen } from './lock-citizen';
import { NOTHING_NAMED, readForChange } from './read-for-change';

/** What one run did. */
export interface DueTransitionsRun {
  /** Citizens whose transition was recorded. */
  readonly recorded: number;
  /** Why it could not be for others; they are tried again in a while. */
  readonly failures: readonly unknown[];
  /** The run ended because it had done as much as it may: more may be due. */
  readonly more: boolean;
}

/** One that fails is left alone for this long, so that many which always fail do not starve the others. Milliseconds. */
const POSTPONED_MS = 15_000;
/** Citizens that a process takes on at once: while one waits for the database, another has it work. */
const LANES = 2;

/**
 * A sweep that records what has ended or begun by the passing of time, as one change for each citizen, and enqueues its
 * deliveries. Each citizen has a transaction, which claims the one longest due that nobody holds (SKIP LOCKED), so several
 * workers share the work and one that fails holds up nobody.
 * @returns a function that runs it for at most so many citizens.
 */
export function createTransitionSweep(
  db: Database,
  sealer: Sealer,
): (limit: number) => Promise<DueTransitionsRun> {
  /** Citizens that failed, with the moment from which they are tried again: as many as fail within {@link POSTPONED_MS}. */
  const postponed = new Map<string, number>();

  const recordNext = async (failures: unknown[]): Promise<'recorded' | 'failed' | 'none'> => {
    let claimed: string | undefined;
    try {
      return await db.$transaction(async (tx) => {
        const citizen = await claimDue(tx, [...postponed.keys()]);
        if (!citizen) return 'none';
        claimed = citizen.id;
        await recordTransition(tx, sealer, citizen);
        return 'recorded';
      });
    } catch (error) {
      if (claimed === undefined) throw error;
      postponed.set(claimed, Date.now() + POSTPONED_MS);
      failures.push(error);
      return 'failed';
    }
  };

  return async (limit) => {
    for (const [id, until] of postponed) if (until <= Date.now()) postponed.delete(id);
    const failures: unknown[] = [];
    let left = limit;
    let recorded = 0;
    const lane = async (): Promise<boolean> => {
      while (left > 0) {
        left -= 1;
        const outcome = await recordNext(failures);
        if (outcome === 'none') return false;
        if (outcome === 'recorded') recorded += 1;
      }
      return true;
    };
    const lanes = await Promise.all(Array.from({ length: LANES }, lane));
    return { recorded, failures, more: lanes.every((full) => full) };
  };
}

/** Records what is due for one citizen; nothing where another has done so meanwhile. */
export async function recordDueTransition(db: Database, sealer: Sealer, citizenId: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const [citizen] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
      SELECT ${LOCKED_COLUMNS} FROM "Citizen" c
      WHERE "id" = ${citizenId}::uuid AND "nextTransitionAt" <= now() FOR NO KEY UPDATE`);
    if (citizen) await recordTransition(tx, sealer, citizen);
  });
}

/** `now()`, not the clock: only what stands for the whole statement can be looked up in an index. */
async function claimDue(tx: Tx, postponed: readonly string[]): Promise<LockedCitizen | undefined> {
  const [citizen] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
    SELECT ${LOCKED_COLUMNS} FROM "Citizen" c
    WHERE "nextTransitionAt" <= now() AND "id" <> ALL(${[...postponed]}::uuid[])
    ORDER BY "nextTransitionAt" LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`);
  return citizen;
}

async function recordTransition(tx: Tx, sealer: Sealer, citizen: LockedCitizen): Promise<void> {
  const read = await readForChange(tx, citizen, NOTHING_NAMED);
  await applyRead(tx, sealer, citizen, read, {
    changeId: newId(),
    kind: 'transition',
    at: momentOf(citizen, read.catalogue.now),
    transactions: [],
    answers: [],
  });
}
