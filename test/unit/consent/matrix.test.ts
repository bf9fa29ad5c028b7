import {
  isAllowedPair,
  JUSTIFICATIONS,
  PERMISSION_STATES,
  STATES_BY_JUSTIFICATION,
} from '../../../src/consent/rules/matrix';
import { STATES_OF } from '../../../web/src/features/citizens/matrix';

describe('a justification', () => {
  it.each([
    ['consent', 'GRANTED DENIED PENDING'],
    ['legitimate-interest', 'CLAIMED OBJECTED OBJECTION_UPHELD'],
    ['contract', 'CLAIMED'],
    ['public-interest', 'CLAIMED'],
    ['vital-interest', 'CLAIMED'],
    ['legal-obligation', 'CLAIMED'],
  ] as const)('%s allows %s and nothing else', (justification, states) => {
    const allowed = PERMISSION_STATES.filter((state) => isAllowedPair(justification, state));
    expect(allowed.sort()).toEqual(states.split(' ').sort());
  });

  it('is one of six, with six states between them', () => {
    expect(JUSTIFICATIONS).toEqual(Object.keys(STATES_BY_JUSTIFICATION));
    expect(JUSTIFICATIONS).toHaveLength(6);
    expect(PERMISSION_STATES).toHaveLength(6);
  });

  it('is the same in the admin UI, in the same order', () => {
    expect(Object.entries(STATES_OF)).toEqual(Object.entries(STATES_BY_JUSTIFICATION));
  });
});
