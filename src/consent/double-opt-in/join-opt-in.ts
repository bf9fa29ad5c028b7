import { newId } from '../../platform/ids';
import { Prisma, type Tx } from '../../platform/database';
import { closeOptIn } from './close-opt-in';

/** PENDING transactions that the citizen is to confirm. */
export interface OptInRequest {
  readonly applicationId: string;
  readonly citizenId: string;
  readonly now: Date;
  readonly expiresAt: Date;
  /** Wait before the one reminder; null: none. */
  readonly reminderMs: number | null;
  readonly items: readonly {
    readonly transactionId: string;
    readonly validFrom: Date | null;
    readonly validUntil: Date | null;
  }[];
}

/**
 * Adds to the citizen's opt-in under way, or begins one, and makes an e-mail due. The citizen is locked by this
 * transaction. Its workflow is started or told after the commit, whatever is killed then: the debt stands in the row.
 * @returns the opt-in's id.
 */
export async function joinOptIn(tx: Tx, request: OptInRequest): Promise<string> {
  const { applicationId, citizenId, expiresAt, now, reminderMs, items } = request;
  const optInId = (await extendPending(tx, request)) ?? newId();
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO "DoubleOptIn" ("id", "applicationId", "citizenId", "expiresAt", "emailDueAt", "reminderAt", "owedAt")
    VALUES (${optInId}::uuid, ${applicationId}, ${citizenId}::uuid, ${expiresAt}::timestamptz, ${now}::timestamptz,
      ${reminderMs === null ? null : new Date(now.getTime() + reminderMs)}::timestamptz, now())
    ON CONFLICT ("id") DO NOTHING`);
  await tx.doubleOptInItem.createMany({ data: items.map((item) => ({ optInId, ...item })) });
  return optInId;
}

/** Extends the opt-in under way and answers with its id. Its one reminder is postponed unless it was sent already. */
async function extendPending(
  tx: Tx,
  { citizenId, expiresAt, now, reminderMs }: OptInRequest,
): Promise<string | undefined> {
  const pending = await tx.doubleOptIn.findFirst({ where: { citizenId, status: 'pending' } });
  if (!pending) return undefined;
  if (pending.expiresAt <= now) {
    await closeOptIn(tx, pending.id, 'expired', now);
    return undefined;
  }
  const reminder =
    pending.reminderAt === null || reminderMs === null ? null : new Date(now.getTime() + reminderMs);
  await tx.$executeRaw(Prisma.sql`
    UPDATE "DoubleOptIn" SET "expiresAt" = GREATEST("expiresAt", ${expiresAt}::timestamptz),
      "emailDueAt" = ${now}::timestamptz, "reminderAt" = ${reminder}::timestamptz,
      "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "id" = ${pending.id}::uuid`);
  return pending.id;
}
