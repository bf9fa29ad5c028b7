/** Names of what can be in effect for a citizen, as `Change.altered` holds them. */

/** What a permission is about. A permission on a group is separate: nothing cascades to the group's options. */
export const OPTION_TYPES = ['option', 'group'] as const;
export type OptionType = (typeof OPTION_TYPES)[number];

/** `option:ID` or `group:ID`. */
export type PermissionKey = `${OptionType}:${string}`;
/** `preference:REF`. */
export type PreferenceKey = `preference:${string}`;
/** What a change alters. */
export type ConsentKey = PermissionKey | PreferenceKey;

/** The key of a permission, known by its option's type and id. */
export function permissionKey({
  optionType,
  optionId,
}: {
  optionType: string;
  optionId: string;
}): PermissionKey {
  return `${optionType as OptionType}:${optionId}`;
}

/** The key of a preference. */
export function preferenceKey(reference: string): PreferenceKey {
  return `preference:${reference}`;
}
