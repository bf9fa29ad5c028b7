/** When what is in effect changes by itself (rule `time-becomes-a-change`). */
import type { PermissionTransaction } from '../../../generated/prisma/client';
import { effectiveState } from './effective-state';
import { permissionKey } from './keys';
import { compareRank } from './ranking';

/**
 * The first instant after `after` at which another transaction, or none, is in effect for some permission; null: never.
 *
 * What is in effect stays so until it ends, or until one that outranks it begins. So the boundaries of outranked
 * transactions are ignored, and no instant in between has to be considered.
 */
export function nextTransition(transactions: readonly PermissionTransaction[], after: Date): Date | null {
  const { permissions } = effectiveState(transactions, [], after);
  let next: Date | null = null;
  const consider = (instant: Date | null): void => {
    if (instant !== null && instant > after && (next === null || instant < next)) next = instant;
  };
  for (const inEffect of permissions.values()) consider(inEffect.validUntil);
  for (const transaction of transactions) {
    const { validFrom, validUntil } = transaction;
    if (validFrom !== null && validUntil !== null && validUntil <= validFrom) continue; // never in force
    const inEffect = permissions.get(permissionKey(transaction));
    if (!inEffect || compareRank(transaction, inEffect) > 0) consider(validFrom);
  }
  return next;
}
