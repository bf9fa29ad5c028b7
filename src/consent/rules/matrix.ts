/** Which state a justification (lawful basis) allows: the table of the permission rules. */

/** Allowed states by justification. */
export const STATES_BY_JUSTIFICATION = {
  consent: ['GRANTED', 'DENIED', 'PENDING'],
  'legitimate-interest': ['CLAIMED', 'OBJECTED', 'OBJECTION_UPHELD'],
  contract: ['CLAIMED'],
  'public-interest': ['CLAIMED'],
  'vital-interest': ['CLAIMED'],
  'legal-obligation': ['CLAIMED'],
} as const;

/** A lawful basis. */
export type Justification = keyof typeof STATES_BY_JUSTIFICATION;

/** What a transaction says. There is no expired state: what is outside its validity is out of effect. */
export type PermissionState = (typeof STATES_BY_JUSTIFICATION)[Justification][number];

/** Every lawful basis, in the order of the table. */
export const JUSTIFICATIONS = Object.keys(STATES_BY_JUSTIFICATION) as [Justification, ...Justification[]];

/** Every state, each once. */
export const PERMISSION_STATES = [...new Set(Object.values(STATES_BY_JUSTIFICATION).flat())] as [
  PermissionState,
  ...PermissionState[],
];

/** Whether the pair stands in the table. */
export function isAllowedPair(justification: Justification, state: PermissionState): boolean {
  return (STATES_BY_JUSTIFICATION[justification] as readonly PermissionState[]).includes(state);
}
