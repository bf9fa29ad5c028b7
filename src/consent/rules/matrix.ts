/** The states that each justification (lawful basis) allows (rule `permission-states`). */

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

/** The state of a transaction. There is no expired state: outside its validity a transaction is not in effect. */
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
