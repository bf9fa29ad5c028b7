/** The Effective Permissions body: the full state of a citizen. */
import type { EffectiveState } from '../rules/effective-state';
import { permissionKey, preferenceKey } from '../rules/keys';
import {
  permissionEntry,
  preferenceEntry,
  type Envelope,
  type PermissionEntry,
  type PreferenceEntry,
} from './bodies';
import type { Labels } from './labels';

/** Full state. Both arrays are always there; what is not in effect is absent. */
export interface EffectivePermissionsBody extends Envelope {
  readonly permissions: readonly PermissionEntry[];
  readonly preferences: readonly PreferenceEntry[];
}

/** Everything in effect, in the order of the keys, so that the same state gives the same body. */
export function renderEffectivePermissions(
  { applicationId, citizenId, externalRef }: Envelope,
  { permissions, preferences }: EffectiveState,
  labels: Labels,
): EffectivePermissionsBody {
  return {
    applicationId,
    citizenId,
    externalRef,
    permissions: byKey(permissions).map((transaction) => permissionEntry(transaction, labels)),
    preferences: byKey(preferences).map((answer) => preferenceEntry(answer, labels)),
  };
}

/** The part of it that a filter shows (rule `filters-narrow`). @param filter keys as in `Change.altered`; none: all. */
export function narrowState<Body extends EffectivePermissionsBody>(
  body: Body,
  filter: readonly string[],
): Body {
  if (filter.length === 0) return body;
  const shown = new Set(filter);
  return {
    ...body,
    permissions: body.permissions.filter((entry) => shown.has(permissionKey(entry))),
    preferences: body.preferences.filter(({ preference }) => shown.has(preferenceKey(preference))),
  };
}

function byKey<V>(entries: ReadonlyMap<string, V>): V[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
