/** The items of an opt-in: PENDING transactions, and which of them a confirmation still counts for. */
import type { PermissionTransaction } from '../../../generated/prisma/client';
import { Prisma } from '../../platform/database';
import type { StatementTx } from '../../platform/statement-transaction';
import { effectiveState } from '../rules/effective-state';
import { permissionKey } from '../rules/keys';
import { loadDecidingTransactions, transactionOf, type TransactionJson } from '../stored-state';

/** A PENDING transaction, and the validity that its confirmation will have. */
export interface OptInItem {
  readonly transaction: PermissionTransaction;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}

/** Items not decided yet whose PENDING is in effect at `at`, in the order in which they were submitted. */
export async function findOpenItems(tx: StatementTx, optInId: string, at: Date): Promise<OptInItem[]> {
  const items = await findUndecided(tx, optInId);
  const [first] = items;
  if (!first) return [];
  const deciding = await loadDecidingTransactions(tx, {
    citizenId: first.transaction.citizenId,
    from: at,
    only: items.map(({ transaction }) => transaction),
  });
  const { permissions } = effectiveState(deciding, [], at);
  return items.filter(
    ({ transaction }) => permissions.get(permissionKey(transaction))?.id === transaction.id,
  );
}

/**
 * Items that a new e-mail can be requested for although their PENDING has ended: no later transaction of their permissions
 * was recorded, and the consent that was to be confirmed would still be valid.
 */
export async function findRenewableItems(tx: StatementTx, optInId: string, at: Date): Promise<OptInItem[]> {
  const latest = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT t."id" FROM "DoubleOptInItem" i JOIN "PermissionTransaction" t ON t."id" = i."transactionId"
    WHERE i."optInId" = ${optInId}::uuid AND NOT EXISTS (
      SELECT FROM "PermissionTransaction" later
      WHERE later."citizenId" = t."citizenId" AND later."optionType" = t."optionType" AND later."optionId" = t."optionId"
        AND (later."sequence", later."position") > (t."sequence", t."position"))`);
  const ids = new Set(latest.map(({ id }) => id));
  const items = await findUndecided(tx, optInId);
  return items.filter(
    ({ transaction, validUntil }) => ids.has(transaction.id) && (validUntil === null || validUntil > at),
  );
}

async function findUndecided(tx: StatementTx, optInId: string): Promise<OptInItem[]> {
  const items = await tx.$queryRaw<(Omit<OptInItem, 'transaction'> & { readonly row: TransactionJson })[]>`
    SELECT to_jsonb(t) AS "row", i."validFrom", i."validUntil"
    FROM "DoubleOptInItem" i JOIN "PermissionTransaction" t ON t."id" = i."transactionId"
    WHERE i."optInId" = ${optInId}::uuid AND i."decidedAt" IS NULL
    ORDER BY t."sequence", t."position"`;
  return items.map(({ row, ...validity }) => ({ transaction: transactionOf(row), ...validity }));
}
