/** What a subscription is told of a change, by its filter (rule `filters-narrow`). */
import type { Alterations } from './diff';
import type { ConsentKey } from './keys';
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

/**
 * The part of a change that a subscription is told of. It is decided by what the change alters, never by the state that follows: a
 * withdrawal has the key of what was granted. What was sent under an earlier filter is still taken back.
 */
export function toldOf(altered: Alterations, { filter, onceSent }: Filter): Alterations {
  if (filter.length === 0) return altered;
  const now = new Set(filter);
  const once = new Set(onceSent);
  const isTold = (key: ConsentKey, isTakenAway: boolean): boolean =>
    now.has(key) || (isTakenAway && (once.has(ALL_KEYS) || once.has(key)));
  return {
    permissions: altered.permissions.filter((entry) => isTold(entry.key, !allows(entry))),
    preferences: altered.preferences.filter(({ key, after }) =>
      isTold(key, after === undefined || after.choices.length === 0),
    ),
  };
}
