/** The Consent Receipts body: only what a change altered. */
import type { Alterations } from '../rules/diff';
import { permissionKey, preferenceKey } from '../rules/keys';
import {
  permissionEntry,
  preferenceEntry,
  type Envelope,
  type PermissionEntry,
  type PreferenceEntry,
} from './bodies';
import type { Labels } from './labels';

/** What was altered. A kind without an altered entry is omitted (rule `what-is-a-change`). */
export interface ReceiptBody extends Envelope {
  readonly permissions?: readonly PermissionEntry[];
  readonly preferences?: readonly PreferenceEntry[];
}

/** The receipt of a change. What ended with nothing in its place says `state: null`, or holds no choices. */
export function renderReceipt(envelope: Envelope, altered: Alterations, labels: Labels): ReceiptBody {
  return assemble(
    envelope,
    altered.permissions.map((entry) =>
      entry.after ? permissionEntry(entry.after, labels) : permissionEntry(entry.before, labels, null),
    ),
    altered.preferences.map((entry) =>
      entry.after ? preferenceEntry(entry.after, labels) : preferenceEntry(entry.before, labels, []),
    ),
  );
}

/** The keys of its entries, as in `Change.altered`. */
export function keysOfReceipt({ permissions = [], preferences = [] }: ReceiptBody): ReadonlySet<string> {
  return new Set([
    ...permissions.map(permissionKey),
    ...preferences.map(({ preference }) => preferenceKey(preference)),
  ]);
}

/**
 * The receipt without the entries that a change has overridden which this subscription was not sent: a skipped
 * withdrawal would else leave the receiver with a grant for good (rule `pause-skips-changes`).
 * @param overridden keys as in `Change.altered`.
 * @returns undefined when no entry remains: there is nothing to send.
 */
export function pruneReceipt(body: ReceiptBody, overridden: ReadonlySet<string>): ReceiptBody | undefined {
  if (overridden.size === 0) return body;
  const permissions = (body.permissions ?? []).filter((entry) => !overridden.has(permissionKey(entry)));
  const preferences = (body.preferences ?? []).filter(
    (entry) => !overridden.has(preferenceKey(entry.preference)),
  );
  if (permissions.length + preferences.length === 0) return undefined;
  return assemble(body, permissions, preferences);
}

function assemble(
  { applicationId, citizenId, externalRef }: Envelope,
  permissions: readonly PermissionEntry[],
  preferences: readonly PreferenceEntry[],
): ReceiptBody {
  return {
    applicationId,
    citizenId,
    externalRef,
    ...(permissions.length > 0 && { permissions }),
    ...(preferences.length > 0 && { preferences }),
  };
}
