/** The end of an opt-in, and of its e-mails that are still to be delivered. */
import type { OptInEnd } from '../../../workflows/double-opt-in/contract';
import { ASK_FOR_LOOK } from '../../outbox/entries';
import { UNFINISHED } from '../../outbox/ordering';
import { signalDeliveries } from '../../outbox/signals';
import { cancelDeliveries } from '../../outbox/transitions';
import { Prisma } from '../../platform/database';
import { reasonText } from '../../platform/reasons';
import type { StatementTx } from '../../platform/statement-transaction';

/** Notes how an opt-in ended. Its workflow is signalled, so that it ends too. */
export async function closeOptIn(
  tx: StatementTx,
  optInId: string,
  status: OptInEnd,
  at: Date,
): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE "DoubleOptIn" SET "status" = ${status}, "decidedAt" = ${at}::timestamptz, "emailDueAt" = NULL,
      "reminderAt" = NULL, ${ASK_FOR_LOOK}
    WHERE "id" = ${optInId}::uuid`);
  // The next look of an expired e-mail finds that it has expired, also where it waits for something else than time.
  if (status === 'expired') await signalDeliveries(tx, await undeliveredEmails(tx, optInId), 'retryNow');
  else await cancelEmails(tx, optInId, reasonText('not_needed'));
}

/** Cancels an opt-in's e-mails that are still to be delivered, and erases their content. */
export async function cancelEmails(tx: StatementTx, optInId: string, reason: string): Promise<void> {
  await cancelDeliveries(tx, await undeliveredEmails(tx, optInId), reason);
}

async function undeliveredEmails(tx: StatementTx, optInId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT d."id" FROM "Delivery" d JOIN "Email" e ON e."id" = d."emailId"
    WHERE e."optInId" = ${optInId}::uuid AND d.${UNFINISHED}`);
  return rows.map(({ id }) => id);
}
