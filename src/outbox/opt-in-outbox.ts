/** What Temporal has yet to be told of opt-ins, in their own rows; the guarantees are those of the delivery outbox. */
import { Prisma, type Database } from '../platform/database';

/** An opt-in whose workflow is to look at it. */
export interface OptInDebt {
  readonly id: string;
  readonly applicationId: string;
  readonly citizenId: string;
  readonly owedToken: number;
}

/** A debt that is not settled by then is claimed again. */
const LEASE = Prisma.sql`interval '10 seconds'`;

/** Claims up to `limit` debts that are due, oldest first. Dispatchers of other workers get others. */
export async function claimOptInDebts(db: Database, limit: number): Promise<OptInDebt[]> {
  return db.$queryRaw<OptInDebt[]>(Prisma.sql`
    WITH due AS (
      SELECT "id" FROM "DoubleOptIn" WHERE "owedAt" <= now()
      ORDER BY "owedAt", "id" LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE "DoubleOptIn" o SET "owedAt" = now() + ${LEASE} FROM due WHERE o."id" = due."id"
    RETURNING o."id", o."applicationId", o."citizenId", o."owedToken"`);
}

/** Settles a debt that was paid; one made since, under another token, stays. */
export async function settleOptInDebt(db: Database, { id, owedToken }: OptInDebt): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE "DoubleOptIn" SET "owedAt" = NULL, "verifiedAt" = now()
    WHERE "id" = ${id}::uuid AND "owedToken" = ${owedToken}`);
}
