/** Renewal: a citizen whose link has expired requests a new e-mail. */
import type { PermissionTransaction } from '../../../generated/prisma/client';
import { ASK_FOR_LOOK } from '../../outbox/entries';
import { Prisma, type Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import { applyChange } from '../recording/apply-change';
import { describe, renewal, type Confirmation } from './confirmation';
import type { OptInItem } from './items';
import { lockConfirmation } from './lock-confirmation';
import type { LockedOptIn } from './lock-opt-in';

/** What the link leads to, and whether an e-mail will come. */
export type RenewalOutcome = Confirmation & { readonly done: boolean };

/**
 * Makes an e-mail due. An opt-in that has ended begins again: PENDING is recorded once more, as an ordinary change, for
 * every item without a later transaction. Run it in a transaction. Renewals are limited per opt-in, not per link.
 */
export async function renew(tx: Tx, sealer: Sealer, token: string): Promise<RenewalOutcome | undefined> {
  const locked = await lockConfirmation(tx, token);
  if (!locked) return undefined;
  const { optIn, at } = locked;
  const before = await describe(tx, sealer, locked);
  const possible = before.state.kind === 'expired' ? await renewal(tx, optIn, at) : undefined;
  if (!possible) return { ...before, done: false };
  const expiresAt =
    possible.kind === 'send'
      ? optIn.expiresAt
      : new Date(at.getTime() + Number(before.application.confirmExpiryMs));
  await tx.$executeRaw(Prisma.sql`
    UPDATE "DoubleOptIn" SET "status" = 'pending', "decidedAt" = NULL, "expiresAt" = ${expiresAt}::timestamptz,
      "emailDueAt" = ${at}::timestamptz, "renewals" = "renewals" + 1, ${ASK_FOR_LOOK}
    WHERE "id" = ${optIn.id}::uuid`);
  if (possible.kind === 'reopen') await recordPendingAgain(tx, sealer, locked, possible.items, expiresAt);
  return { ...before, done: true };
}

async function recordPendingAgain(
  tx: Tx,
  sealer: Sealer,
  { optIn, citizen, at }: LockedOptIn,
  items: readonly OptInItem[],
  expiresAt: Date,
): Promise<void> {
  const changeId = newId();
  const sequence = citizen.lastSequence + 1;
  const again = items.map(({ transaction, validUntil, validFrom }, index) => ({
    validFrom,
    validUntil,
    transaction: {
      ...transaction,
      ...{ id: newId(), changeId, sequence, position: index * 2, recordedAt: at },
      obtainedAt: at,
      obtainedMicros: 0,
      validUntil: validUntil && validUntil < expiresAt ? validUntil : expiresAt,
    } satisfies PermissionTransaction,
  }));
  await applyChange(tx, sealer, citizen, {
    ...{ changeId, kind: 'recorded', at, answers: [] },
    transactions: again.map(({ transaction }) => transaction),
  });
  await tx.doubleOptInItem.createMany({
    data: again.map(({ transaction, validFrom, validUntil }) => ({
      ...{ optInId: optIn.id, transactionId: transaction.id, validFrom, validUntil },
    })),
  });
}
