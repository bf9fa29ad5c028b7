import { newId } from '../../platform/ids';
import { ASK_FOR_LOOK } from '../../outbox/entries';
import { Prisma } from '../../platform/database';
import type { StatementTx } from '../../platform/statement-transaction';
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
 * transaction. Its workflow is started or signalled after the commit, whatever is killed then: the outbox entry stands in the row.
 * @returns the opt-in's id.
 */
export async function joinOptIn(tx: StatementTx, request: OptInRequest): Promise<string> {
  const { applicationId, citizenId, expiresAt, now, reminderMs, items } = request;
  const optInId = (await extendPending(tx, request)) ?? newId();
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO "DoubleOptIn" ("id", "applicationId", "citizenId", "expiresAt", "emailDueAt", "reminderAt", "outboxAction",
      "outboxDueAt")
    VALUES (${optInId}::uuid, ${applicationId}, ${citizenId}::uuid, ${expiresAt}::timestamptz, ${now}::timestamptz,
      ${reminderMs === null ? null : new Date(now.getTime() + reminderMs)}::timestamptz, 'start', now())
    ON CONFLICT ("id") DO NOTHING`);
  await tx.$executeRaw`
    INSERT INTO "DoubleOptInItem" ("optInId", "transactionId", "validFrom", "validUntil")
    SELECT ${optInId}::uuid, * FROM unnest(${items.map(({ transactionId }) => transactionId)}::uuid[],
      ${items.map(({ validFrom }) => validFrom)}::timestamptz[], ${items.map(({ validUntil }) => validUntil)}::timestamptz[])`;
  return optInId;
}

/** Extends the opt-in under way and answers with its id. Its one reminder is postponed unless it was sent already. */
async function extendPending(
  tx: StatementTx,
  { citizenId, expiresAt, now, reminderMs }: OptInRequest,
): Promise<string | undefined> {
  const [pending] = await tx.$queryRaw<{ id: string; expiresAt: Date; reminderAt: Date | null }[]>`
    SELECT "id", "expiresAt", "reminderAt" FROM "DoubleOptIn"
    WHERE "citizenId" = ${citizenId}::uuid AND "status" = 'pending' LIMIT 1`;
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
      ${ASK_FOR_LOOK}
    WHERE "id" = ${pending.id}::uuid`);
  return pending.id;
}
