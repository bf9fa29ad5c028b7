import { diff } from '../../../src/consent/rules/diff';
import { effectiveState } from '../../../src/consent/rules/effective-state';
import { endsConsent, takesConsentAway } from '../../../src/consent/rules/withdrawal';
import { at, transaction } from '../../harness/consent-builders';

/** What is in effect where these are, of one permission; `undefined`: nothing is. */
const state = (now: string | undefined) =>
  effectiveState(now === undefined ? [] : [transaction({ state: now })], [], at(1));

type Case = [before: string | undefined, after: string | undefined];
const judge = ([before, after]: Case, rule: typeof endsConsent) =>
  rule(diff(state(before), state(after)), state(before));

const ENDS: Case[] = [
  ['GRANTED', 'DENIED'],
  ['GRANTED', undefined],
  ['GRANTED', 'PENDING'],
  ['CLAIMED', 'OBJECTED'],
  ['CLAIMED', 'OBJECTION_UPHELD'],
  ['CLAIMED', undefined],
];
const SAYS_NO: Case[] = [
  [undefined, 'DENIED'],
  [undefined, 'OBJECTED'],
  ['DENIED', 'DENIED'],
  ['PENDING', 'DENIED'],
  ['PENDING', undefined],
  ['OBJECTED', 'OBJECTION_UPHELD'],
];
const NEITHER: Case[] = [
  [undefined, 'GRANTED'],
  [undefined, 'PENDING'],
  [undefined, 'CLAIMED'],
  ['DENIED', 'GRANTED'],
  ['DENIED', 'PENDING'],
  ['GRANTED', 'GRANTED'],
  ['GRANTED', 'CLAIMED'],
];

describe('consent', () => {
  it.each(ENDS)('that was %s ends by %s', (...change) => {
    expect([judge(change, endsConsent), judge(change, takesConsentAway)]).toEqual([true, true]);
  });

  it.each(SAYS_NO)('that was %s is refused by %s, which ends none', (...change) => {
    expect([judge(change, endsConsent), judge(change, takesConsentAway)]).toEqual([false, true]);
  });

  it.each(NEITHER)('that was %s is not taken away by %s', (...change) => {
    expect([judge(change, endsConsent), judge(change, takesConsentAway)]).toEqual([false, false]);
  });

  it('is taken away by a change that also gives some', () => {
    const before = effectiveState([transaction()], [], at(1));
    const now = [transaction({ state: 'DENIED' }), transaction({ optionId: 'profiling' })];
    expect(takesConsentAway(diff(before, effectiveState(now, [], at(1))), before)).toBe(true);
  });
});
