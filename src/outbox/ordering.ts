/** The line: the deliveries of one subscription and citizen, in the order of the changes (rule `ordering`). */
import { FINISHED_STATUSES, type FinishedStatus } from '../../workflows/deliver-webhook/contract';
import { Prisma, type Tx } from '../platform/database';

/** A place in a line. */
export interface LinePlace {
  readonly id: string;
  readonly subscriptionId: string;
  readonly citizenId: string;
  readonly sequence: number;
}

/** Whether a status is never left but by a resend; the twin of {@link UNFINISHED}. */
export function isFinished(status: string): status is FinishedStatus {
  return (FINISHED_STATUSES as readonly string[]).includes(status);
}

/** SQL condition: the row `status` column says that it is unfinished. */
export const UNFINISHED = Prisma.sql`"status" NOT IN ('delivered', 'cancelled', 'expired')`;

/** SQL assignment, for whatever ends a delivery: the content of an e-mail is erased with its end (rule `email-content-is-erased`). */
export const ERASED_EMAIL = Prisma.sql`"bodySealed" = CASE WHEN "emailId" IS NULL THEN "bodySealed" END`;

/**
 * Owes a wake-up to the next unfinished delivery after `place`. Call it in the transaction that finishes `place`: the debt
 * is committed with it, so the successor goes on even when this worker dies before it can signal.
 *
 * A successor that still owes its start keeps that debt under a new token: it may have looked at the line a moment ago,
 * and a start that finds the workflow running wakes it.
 *
 * Where somebody else is finishing that successor just now, this waits for it, and then takes the one after it
 * (FOR UPDATE looks again once it has the lock): else both would wake the one in the middle, and nobody the last.
 */
export async function wakeSuccessor(tx: Tx, place: LinePlace): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Delivery"
    SET "owed" = COALESCE("owed", 'wake'), "owedAt" = now(), "owedToken" = "owedToken" + 1
    WHERE "id" = (
      SELECT "id" FROM "Delivery"
      WHERE "subscriptionId" = ${place.subscriptionId}::uuid AND "citizenId" = ${place.citizenId}::uuid
        AND ("sequence", "id") > (${place.sequence}, ${place.id}::uuid) AND ${UNFINISHED}
      ORDER BY "sequence", "id" LIMIT 1 FOR UPDATE
    )`);
}
