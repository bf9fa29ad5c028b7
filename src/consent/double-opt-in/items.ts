/** The items of an opt-in: PENDING transactions, and which of them a confirmation still counts for. */
import type { DoubleOptInItem, PermissionTransaction } from '../../../generated/prisma/client';
import { Prisma, type Tx } from '../../platform/database';
import { effectiveState } from '../rules/effective-state';
import { permissionKey } from '../rules/keys';
import { loadDecidingTransactions } from '../stored-state';

/** A PENDING transaction, and the validity that its confirmation will have. */
export interface OptInItem {
  readonly transaction: PermissionTransaction;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}

/** Items not decided yet whose PENDING is in effect at `at`, in the order in which they were submitted. */
export async function findOpenItems(tx: Tx, optInId: string, at: Date): Promise<OptInItem[]> {
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
export async function findRenewableItems(tx: Tx, optInId: string, at: Date): Promise<OptInItem[]> {
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

async function findUndecided(tx: Tx, optInId: string): Promise<OptInItem[]> {
  const items = await tx.doubleOptInItem.findMany({ where: { optInId, decidedAt: null } });
  const transactions = await tx.permissionTransaction.findMany({
    where: { id: { in: items.map(({ transactionId }) => transactionId) } },
    orderBy: [{ sequence: 'asc' }, { position: 'asc' }],
  });
  const byId = new Map<string, DoubleOptInItem>(items.map((item) => [item.transactionId, item]));
  return transactions.map((transaction) => {
    const item = byId.get(transaction.id);
    return { transaction, validFrom: item?.validFrom ?? null, validUntil: item?.validUntil ?? null };
  });
}
