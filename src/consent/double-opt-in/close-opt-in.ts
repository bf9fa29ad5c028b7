/** The end of an opt-in, and of its e-mails that are still to be delivered. */
import { Prisma, type Tx } from '../../platform/database';
import type { OptInEnd } from '../../../workflows/double-opt-in/contract';

/** Notes how an opt-in ended. Its workflow is told, so that it ends too. */
export async function closeOptIn(tx: Tx, optInId: string, status: OptInEnd, at: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "DoubleOptIn" SET "status" = ${status}, "decidedAt" = ${at}::timestamptz, "emailDueAt" = NULL,
      "reminderAt" = NULL, "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "id" = ${optInId}::uuid`);
  if (status === 'expired') await wakeEmails(tx, optInId);
  else await cancelEmails(tx, optInId, 'no longer needed');
}

/** Cancels an opt-in's e-mails that are still to be delivered, and erases their content (rule `email-content-is-erased`). */
export async function cancelEmails(tx: Tx, optInId: string, reason: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "status" = 'cancelled', "reason" = ${reason}, "finishedAt" = now(), "nextAttemptAt" = NULL,
      "bodySealed" = NULL, "owed" = 'cancel', "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "id" IN (${lockUndelivered(optInId)})`);
}

/** Their next look finds that they have expired, also where they wait for something else than time. */
async function wakeEmails(tx: Tx, optInId: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery" SET "owed" = COALESCE("owed", 'wake'), "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "id" IN (${lockUndelivered(optInId)})`);
}

/** In the order of the line, as whoever finishes a delivery locks the next one. */
function lockUndelivered(optInId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT d."id" FROM "Delivery" d JOIN "Email" e ON e."id" = d."emailId"
    WHERE e."optInId" = ${optInId}::uuid AND d."status" NOT IN ('delivered', 'cancelled', 'expired')
    ORDER BY d."subscriptionId", d."sequence", d."id" FOR UPDATE OF d`;
}
