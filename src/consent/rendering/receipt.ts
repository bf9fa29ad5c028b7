/** The Consent Receipts body: only what a change altered. */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import type { Alterations } from '../rules/diff';
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

/** What was in effect before, where the subscription asks for it (rule `previous-on-request`); null: nothing was. */
interface WithPrevious<Entry> {
  readonly previous?: Entry | null;
}

/** What was altered. A kind without an altered entry is omitted (rule `what-is-a-change`). */
export interface ReceiptBody extends Envelope {
  readonly permissions?: readonly (PermissionEntry & WithPrevious<PermissionEntry>)[];
  readonly preferences?: readonly (PreferenceEntry & WithPrevious<PreferenceEntry>)[];
}

/**
 * The receipt of a change. What ended with nothing in its place says `state: null`, or holds no choices.
 * @param previous the state before it, where that is asked for
 */
export function renderReceipt(
  envelope: Envelope,
  altered: Alterations,
  labels: Labels,
  previous?: EffectiveState,
): ReceiptBody {
  const was = <V, Entry>(
    had: V | undefined,
    entryOf: (value: V, labels: Labels) => Entry,
  ): WithPrevious<Entry> =>
    previous === undefined ? {} : { previous: had === undefined ? null : entryOf(had, labels) };
  return assemble(
    envelope,
    altered.permissions.map((entry) => ({
      ...(entry.after ? permissionEntry(entry.after, labels) : permissionEntry(entry.before, labels, null)),
      ...was(previous?.permissions.get(entry.key), permissionEntry),
    })),
    altered.preferences.map((entry) => ({
      ...(entry.after ? preferenceEntry(entry.after, labels) : preferenceEntry(entry.before, labels, [])),
      ...was(previous?.preferences.get(entry.key), preferenceEntry),
    })),
  );
}

/** What the labels of a receipt are needed for. */
export function entriesOf(
  { permissions, preferences }: Alterations,
  previous?: EffectiveState,
): { transactions: PermissionTransaction[]; answers: PreferenceAnswer[] } {
  return {
    transactions: permissions.flatMap((entry) => [
      entry.after ?? entry.before,
      ...present(previous?.permissions.get(entry.key)),
    ]),
    answers: preferences.flatMap((entry) => [
      entry.after ?? entry.before,
      ...present(previous?.preferences.get(entry.key)),
    ]),
  };
}

function present<V>(value: V | undefined): V[] {
  return value === undefined ? [] : [value];
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
  permissions: NonNullable<ReceiptBody['permissions']>,
  preferences: NonNullable<ReceiptBody['preferences']>,
): ReceiptBody {
  return {
    applicationId,
    citizenId,
    externalRef,
    ...(permissions.length > 0 && { permissions }),
    ...(preferences.length > 0 && { preferences }),
  };
}
