/** What takes consent away, and therefore goes out first (rule `withdrawals-first`). */
import type { Alterations, PermissionAlteration } from './diff';
import type { EffectiveState } from './effective-state';

/** States of a permission that may be used. */
const ALLOWING: readonly string[] = ['GRANTED', 'CLAIMED'];

/** Whether a permission that could be used until this change can be used no more. */
export function endsConsent({ permissions }: Alterations, before: EffectiveState): boolean {
  return permissions.some((alteration) => ends(alteration, before));
}

/**
 * Whether it takes consent away, as {@link endsConsent} or by saying no where nothing said yes: receivers may know of a yes from
 * elsewhere. A PENDING that takes the place of nothing says neither.
 */
export function takesConsentAway(altered: Alterations, before: EffectiveState): boolean {
  return altered.permissions.some(
    (alteration) =>
      ends(alteration, before) || (!allows(alteration) && alteration.after?.state !== 'PENDING'),
  );
}

function ends(alteration: PermissionAlteration, before: EffectiveState): boolean {
  const had = before.permissions.get(alteration.key);
  return had !== undefined && ALLOWING.includes(had.state) && !allows(alteration);
}

/** Whether the permission may be used after it. */
export function allows({ after }: PermissionAlteration): boolean {
  return after !== undefined && ALLOWING.includes(after.state);
}
