/**
 * Which states a justification allows (rule `permission-states`). This is a copy of the service's table, which the UI may not
 * import; test/unit/consent/matrix.test.ts fails when the two differ.
 */
export const STATES_OF = {
  consent: ['GRANTED', 'DENIED', 'PENDING'],
  'legitimate-interest': ['CLAIMED', 'OBJECTED', 'OBJECTION_UPHELD'],
  contract: ['CLAIMED'],
  'public-interest': ['CLAIMED'],
  'vital-interest': ['CLAIMED'],
  'legal-obligation': ['CLAIMED'],
} as const;

export type Justification = keyof typeof STATES_OF;
export type State = (typeof STATES_OF)[Justification][number];

export const JUSTIFICATIONS = Object.keys(STATES_OF) as Justification[];
