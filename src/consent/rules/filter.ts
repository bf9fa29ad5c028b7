/** What a subscription is told of a change, by its filter (rule `filters-narrow`). */
import type { Alterations } from './diff';
import { allows } from './withdrawal';

/** In place of keys: all that there are. */
export const ALL_KEYS = '*';

/** The filter of a subscription, in keys as `Change.altered` holds them. */
export interface Filter {
  /** What it is told of; empty: everything. */
  readonly filter: readonly string[];
  /** What it was told of under earlier filters, or {@link ALL_KEYS}. */
  readonly onceSent: readonly string[];
}

/** Tells of a key that a change alters whether a subscription is told of it; what was sent under an earlier filter is still taken back. */
export function tellsOf({ filter, onceSent }: Filter): (key: string, isTakenAway: boolean) => boolean {
  if (filter.length === 0) return () => true;
  const now = new Set(filter);
  const once = new Set(onceSent);
  return (key, isTakenAway) => now.has(key) || (isTakenAway && (once.has(ALL_KEYS) || once.has(key)));
}

/**
 * The part of a change that a subscription is told of. It is decided by what the change alters, never by the state that follows: a
 * withdrawal has the key of what was granted.
 */
export function toldOf(altered: Alterations, filter: Filter): Alterations {
  const isTold = tellsOf(filter);
  return {
    permissions: altered.permissions.filter((entry) => isTold(entry.key, !allows(entry))),
    preferences: altered.preferences.filter(({ key, after }) =>
      isTold(key, after === undefined || after.choices.length === 0),
    ),
  };
}
