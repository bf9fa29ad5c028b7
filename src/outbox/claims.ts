/**
 * The outbox: what Temporal has yet to be told of a delivery, in the delivery's own row.
 *
 * Nothing accepted is lost because a debt is committed with what made it, is claimed under a lease, and is settled only by
 * the very claim that paid it: a crash in between leaves it to be claimed again.
 */
import { Prisma, type Database } from '../platform/database';

/** One debt, claimed. */
export interface Debt {
  readonly id: string;
  readonly subscriptionId: string;
  readonly applicationId: string;
  readonly citizenId: string;
  readonly updateType: string;
  readonly owed: 'start' | 'wake' | 'cancel';
  readonly owedToken: number;
  /** Asked for again after it was finished. */
  readonly resent: boolean;
}

/** A debt that is not settled by then is claimed again. */
const LEASE = Prisma.sql`interval '10 seconds'`;

/** Claims up to `limit` debts that are due, oldest first. Dispatchers of other workers get others. */
export async function claimDebts(db: Database, limit: number): Promise<Debt[]> {
  return db.$queryRaw<Debt[]>(Prisma.sql`
    WITH due AS (
      SELECT "id" FROM "Delivery" WHERE "owed" IS NOT NULL AND "owedAt" <= now()
      ORDER BY "owedAt", "id" LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE "Delivery" d SET "owedAt" = now() + ${LEASE} FROM due WHERE d."id" = due."id"
    RETURNING d."id", d."subscriptionId", d."applicationId", d."citizenId", d."updateType", d."owed", d."owedToken",
              d."resent"`);
}

/** Settles debts that were paid; one made since, under another token, stays. */
export async function settleDebts(db: Database, paid: readonly Debt[]): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE "Delivery" d SET "owed" = NULL, "owedAt" = NULL, "verifiedAt" = now()
    FROM ${pairs(paid)} WHERE d."id" = paid."id" AND d."owedToken" = paid."token"`);
}

/** Gives debts back that could not be paid now. */
export async function postponeDebts(db: Database, unpaid: readonly Debt[], delayMs: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE "Delivery" d SET "owedAt" = now() + ${delayMs} * interval '1 millisecond'
    FROM ${pairs(unpaid)} WHERE d."id" = paid."id" AND d."owedToken" = paid."token"`);
}

function pairs(debts: readonly Debt[]): Prisma.Sql {
  const rows = debts.map(({ id, owedToken }) => Prisma.sql`(${id}::uuid, ${owedToken}::int)`);
  return Prisma.sql`(VALUES ${Prisma.join(rows)}) AS paid("id", "token")`;
}
