/** The state in effect for a citizen at a moment (rule `latest-obtained-wins`). */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import { permissionKey, preferenceKey, type PermissionKey, type PreferenceKey } from './keys';
import { compareRank } from './ranking';

/** The transaction and the answer in effect, for each permission and preference that has one. */
export interface EffectiveState {
  readonly permissions: ReadonlyMap<PermissionKey, PermissionTransaction>;
  readonly preferences: ReadonlyMap<PreferenceKey, PreferenceAnswer>;
}

/** Nothing is in effect. */
export const NOTHING_IN_EFFECT: EffectiveState = { permissions: new Map(), preferences: new Map() };

/**
 * The state at `at`: per permission the highest-ranking transaction among those in force, per preference the latest
 * answer. Neither order of arrival nor order of the arguments matters.
 */
export function effectiveState(
  transactions: Iterable<PermissionTransaction>,
  answers: Iterable<PreferenceAnswer>,
  at: Date,
): EffectiveState {
  const permissions = new Map<PermissionKey, PermissionTransaction>();
  for (const transaction of transactions) {
    if (!isInForce(transaction, at)) continue;
    const key = permissionKey(transaction);
    const best = permissions.get(key);
    if (!best || compareRank(transaction, best) > 0) permissions.set(key, transaction);
  }
  const preferences = new Map<PreferenceKey, PreferenceAnswer>();
  for (const answer of answers) {
    const key = preferenceKey(answer.preferenceRef);
    const latest = preferences.get(key);
    if (!latest || answer.sequence > latest.sequence) preferences.set(key, answer);
  }
  return { permissions, preferences };
}

/** Whether `at` lies within the transaction's validity: `validFrom` included, `validUntil` not. */
export function isInForce(
  { validFrom, validUntil }: Pick<PermissionTransaction, 'validFrom' | 'validUntil'>,
  at: Date,
): boolean {
  return (validFrom === null || validFrom <= at) && (validUntil === null || at < validUntil);
}
