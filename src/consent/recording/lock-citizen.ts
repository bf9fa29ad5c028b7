/** The first step of every change: from here to the commit no other change of this citizen is recorded (rule `citizen-lock-first`). */
import { Prisma } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { fieldProblem, invalid } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { StatementTx } from '../../platform/statement-transaction';
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
  readonly createdAt: Date;
}

/** Whom a change concerns. */
export type Target = CitizenReference & { readonly applicationId: string };

/**
 * Locks the citizen; one unknown by `externalRef` is created. The catalogue is held too, so that nothing the change
 * names can be deleted before the commit: read it after this.
 *
 * NO KEY: changes exclude each other, while foreign keys to the citizen need not wait for them.
 */
export async function lockCitizen(tx: StatementTx, sealer: Sealer, target: Target): Promise<LockedCitizen> {
  // A caller that loses a race of creation finds the winner's row; only a deletion in between needs another round.
  for (let round = 0; round < 3; round += 1) {
    for (const statement of locking(sealer, target)) {
      const [citizen] = await tx.$queryRaw<LockedCitizen[]>(statement);
      if (citizen) return citizen;
    }
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
  c."id", c."applicationId", c."externalRef", c."lastSequence", c."evaluatedAt", c."nextTransitionAt",
  c."createdAt"`;

/** SQL condition: the citizen `c` of an application is the one. */
export function isTarget({ citizenId, externalRef }: CitizenReference): Prisma.Sql {
  return citizenId === undefined
    ? Prisma.sql`c."externalRef" = ${externalRef}`
    : Prisma.sql`c."id" = ${citizenId}::uuid AND c."deletedAt" IS NULL`;
}

/**
 * SQL of what has a {@link LockedCitizen}, or no row: of finding the citizen, and then of creating one where the target is named
 * by its reference. To create awaits a concurrent creation of the same reference, and has no row then.
 */
export function* locking(sealer: Sealer, target: Target): Generator<Prisma.Sql> {
  const { applicationId, externalRef } = target;
  const held = Prisma.sql`
    pg_advisory_xact_lock_shared(hashtextextended(${catalogueKey(applicationId)}, 0))::text AS "held"`;
  yield Prisma.sql`
    SELECT ${LOCKED_COLUMNS}, ${held} FROM "Citizen" c
    WHERE c."applicationId" = ${applicationId} AND ${isTarget(target)}
    FOR NO KEY UPDATE OF c`;
  if (externalRef === undefined) return;
  yield Prisma.sql`
    ${creating(sealer, { id: newId(), applicationId, externalRef })}
    RETURNING ${LOCKED_COLUMNS}, ${held}`;
}

/**
 * SQL: inserts a citizen, or nothing where the application is unknown or has one of this reference. One created anew under a
 * deleted one's reference is ordered behind that one, and goes on with its numbers (rule `ordering`). A deletion under way is to
 * be awaited before, by a statement that locks whoever has the reference.
 */
export function creating(
  sealer: Sealer,
  { id, applicationId, externalRef }: Pick<LockedCitizen, 'id' | 'applicationId' | 'externalRef'>,
): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO "Citizen" AS c ("id", "applicationId", "externalRef", "orderedAs", "lastSequence")
    SELECT ${id}::uuid, a."id", ${externalRef}, former."orderedAs", coalesce(former."lastSequence", 0)
    FROM "Application" a LEFT JOIN LATERAL (
      SELECT coalesce(f."orderedAs", f."id") AS "orderedAs", f."lastSequence" FROM "Citizen" f
      WHERE f."applicationId" = a."id" AND f."formerRef" = ANY(${sealer.fingerprints(externalRef, 'external-ref')}::text[])
      ORDER BY f."lastSequence" DESC LIMIT 1) former ON true
    WHERE a."id" = ${applicationId} AND a."deletedAt" IS NULL
    FOR KEY SHARE OF a -- awaits a deletion of the application, and finds none then
    ON CONFLICT ("applicationId", "externalRef") DO NOTHING`;
}

async function requireApplication(tx: StatementTx, id: string): Promise<void> {
  const [application] = await tx.$queryRaw<unknown[]>(
    Prisma.sql`SELECT 1 FROM "Application" WHERE "id" = ${id} AND "deletedAt" IS NULL`,
  );
  if (!application)
    throw invalid(fieldProblem('applicationId', 'unknown_application', { applicationId: id }));
}
