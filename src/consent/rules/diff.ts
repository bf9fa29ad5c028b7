/** What a change altered (rule `what-is-a-change`). */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import type { EffectiveState } from './effective-state';
import type { ConsentKey, PermissionKey, PreferenceKey } from './keys';

/** A permission whose transaction in effect is another one now. `after` undefined: `before` ended with nothing in its place. */
export type PermissionAlteration =
  | { readonly key: PermissionKey; readonly after: PermissionTransaction }
  | { readonly key: PermissionKey; readonly after: undefined; readonly before: PermissionTransaction };

/** A preference whose answer is another one now. `after` undefined: it was taken away with its citizen (rule `citizen-deletion`). */
export type PreferenceAlteration =
  | { readonly key: PreferenceKey; readonly after: PreferenceAnswer }
  | { readonly key: PreferenceKey; readonly after: undefined; readonly before: PreferenceAnswer };

/** Everything that differs, in the order of the keys. */
export interface Alterations {
  readonly permissions: readonly PermissionAlteration[];
  readonly preferences: readonly PreferenceAlteration[];
}

/** What differs between two states. Transactions are compared by id, not by state: a repeated GRANTED is a change. */
export function diff(before: EffectiveState, after: EffectiveState): Alterations {
  return {
    permissions: diffById(before.permissions, after.permissions),
    preferences: diffById(before.preferences, after.preferences),
  };
}

/** The keys of what differs, as `Change.altered` holds them. */
export function alteredKeys({ permissions, preferences }: Alterations): ConsentKey[] {
  return [...permissions, ...preferences].map(({ key }) => key);
}

type Alteration<K, V> = { key: K; after: V } | { key: K; after: undefined; before: V };

function diffById<K extends string, V extends { readonly id: string }>(
  before: ReadonlyMap<K, V>,
  after: ReadonlyMap<K, V>,
): Alteration<K, V>[] {
  const altered: Alteration<K, V>[] = [];
  for (const [key, value] of after) {
    if (before.get(key)?.id !== value.id) altered.push({ key, after: value });
  }
  for (const [key, value] of before) {
    if (!after.has(key)) altered.push({ key, after: undefined, before: value });
  }
  return altered.sort((a, b) => (a.key < b.key ? -1 : 1));
}
