/** The first step of every change: from here to the commit no other change of this citizen is recorded (rule `citizen-lock-first`). */
import { Prisma, type Tx } from '../../platform/database';
import { fieldProblem, invalid } from '../../platform/errors';
import { newId } from '../../platform/ids';
import { catalogueKey } from '../catalogue/lock';
import type { CitizenReference } from './input';

/** The row of a citizen that is locked until the transaction ends, as it was when the lock was taken. */
export interface LockedCitizen {
  readonly id: string;
  readonly applicationId: string;
  readonly externalRef: string;
  /** Number of the latest change. */
  readonly lastSequence: number;
  /** Up to when the passing of time has been turned into changes. */
  readonly evaluatedAt: Date;
  readonly nextTransitionAt: Date | null;
}

type Target = CitizenReference & { readonly applicationId: string };

/**
 * Locks the citizen; one unknown by `externalRef` is created. The catalogue is held too, so that nothing the change
 * names can be deleted before the commit: read it after this.
 *
 * NO KEY: changes exclude each other, while foreign keys to the citizen need not wait for them.
 */
export async function lockCitizen(tx: Tx, target: Target): Promise<LockedCitizen> {
  // A caller that loses a race of creation finds the winner's row; only a deletion in between needs another round.
  for (let round = 0; round < 3; round += 1) {
    const citizen = (await findAndLock(tx, target)) ?? (await create(tx, target));
    if (citizen) return citizen;
    await requireApplication(tx, target.applicationId);
    if (target.citizenId !== undefined) {
      const { applicationId } = target;
      throw invalid(fieldProblem('citizenId', 'unknown_citizen', { applicationId }));
    }
  }
  throw new Error('the citizen could not be locked');
}

/** SQL: the columns of {@link LockedCitizen}, of the citizen `c`. */
export const LOCKED_COLUMNS = Prisma.sql`
  c."id", c."applicationId", c."externalRef", c."lastSequence", c."evaluatedAt", c."nextTransitionAt"`;

function holdCatalogue(applicationId: string): Prisma.Sql {
  return Prisma.sql`pg_advisory_xact_lock_shared(hashtextextended(${catalogueKey(applicationId)}, 0))::text`;
}

async function findAndLock(
  tx: Tx,
  { applicationId, citizenId, externalRef }: Target,
): Promise<LockedCitizen | undefined> {
  const condition =
    citizenId === undefined
      ? Prisma.sql`c."externalRef" = ${externalRef}`
      : Prisma.sql`c."id" = ${citizenId}::uuid AND c."deletedAt" IS NULL`;
  const [row] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
    SELECT ${LOCKED_COLUMNS}, ${holdCatalogue(applicationId)} AS "held" FROM "Citizen" c
    WHERE c."applicationId" = ${applicationId} AND ${condition}
    FOR NO KEY UPDATE OF c`);
  return row;
}

/** Waits for a concurrent creation of the same reference, and then creates nothing. */
async function create(tx: Tx, { applicationId, externalRef }: Target): Promise<LockedCitizen | undefined> {
  if (externalRef === undefined) return undefined;
  const [row] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
    INSERT INTO "Citizen" AS c ("id", "applicationId", "externalRef")
    SELECT ${newId()}::uuid, a."id", ${externalRef} FROM "Application" a WHERE a."id" = ${applicationId}
    ON CONFLICT ("applicationId", "externalRef") DO NOTHING
    RETURNING ${LOCKED_COLUMNS}, ${holdCatalogue(applicationId)} AS "held"`);
  return row;
}

async function requireApplication(tx: Tx, id: string): Promise<void> {
  const application = await tx.application.findUnique({ where: { id }, select: { id: true } });
  if (!application)
    throw invalid(fieldProblem('applicationId', 'unknown_application', { applicationId: id }));
}
