/** The Effective Permissions body: the full state of a citizen. */
import type { EffectiveState } from '../rules/effective-state';
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

function byKey<V>(entries: ReadonlyMap<string, V>): V[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
