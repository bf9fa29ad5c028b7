import type { DoubleOptIn } from '../../../generated/prisma/client';
import { Prisma, databaseNow, type Tx } from '../../platform/database';
import { LOCKED_COLUMNS, type LockedCitizen } from '../recording/lock-citizen';
import { momentOf } from '../recording/apply-change';

/** An opt-in whose citizen and own row are locked until the transaction ends. */
export interface LockedOptIn {
  readonly optIn: DoubleOptIn;
  readonly citizen: LockedCitizen;
  /** Moment of a change that is recorded now. */
  readonly at: Date;
}

/** Locks an opt-in; its citizen first, as every change does (rule `citizen-lock-first`). Undefined when it was erased with its citizen. */
export async function lockOptIn(tx: Tx, id: string): Promise<LockedOptIn | undefined> {
  const [citizen] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
    SELECT ${LOCKED_COLUMNS} FROM "Citizen" c
    WHERE c."deletedAt" IS NULL AND c."id" = (SELECT "citizenId" FROM "DoubleOptIn" WHERE "id" = ${id}::uuid)
    FOR UPDATE`);
  if (!citizen) return undefined;
  const [optIn] = await tx.$queryRaw<DoubleOptIn[]>(
    Prisma.sql`SELECT * FROM "DoubleOptIn" WHERE "id" = ${id}::uuid FOR UPDATE`,
  );
  return optIn && { optIn, citizen, at: momentOf(citizen, await databaseNow(tx)) };
}
