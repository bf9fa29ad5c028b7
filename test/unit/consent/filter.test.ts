/** What a subscription is told of by its filter: what its receiver ends up to believe. */
import fc from 'fast-check';
import { tellSubscribers } from '../../../src/consent/recording/subscribers';
import { alteredKeys, diff } from '../../../src/consent/rules/diff';
import {
  effectiveState,
  NOTHING_IN_EFFECT,
  type EffectiveState,
} from '../../../src/consent/rules/effective-state';
import { toldOf } from '../../../src/consent/rules/filter';
import { onceSentBy } from '../../../src/subscriptions/filter';
import { answer, at, history, transaction } from '../../harness/consent-builders';

const NEWSLETTER = 'option:newsletter';
const PROFILING = 'option:profiling';
const keysTold = (altered: ReturnType<typeof diff>, filter: string[], onceSent: string[] = []): string[] =>
  alteredKeys(toldOf(altered, { filter, onceSent }));

describe('a filter', () => {
  const before = effectiveState([transaction()], [answer()], at(1));
  const after = effectiveState(
    [
      transaction({ sequence: 2, state: 'DENIED' }),
      transaction({ optionType: 'group', optionId: 'newsletter' }),
    ],
    [answer({ sequence: 2, preferenceRef: 'topics' })],
    at(1),
  );
  const altered = diff(before, {
    ...after,
    preferences: new Map([...before.preferences, ...after.preferences]),
  });

  it('lets through what it names, and nothing else of the same change', () => {
    expect(keysTold(altered, [])).toEqual(['group:newsletter', NEWSLETTER, 'preference:topics']);
    expect(keysTold(altered, ['group:newsletter', PROFILING])).toEqual(['group:newsletter']);
    expect(keysTold(altered, ['preference:topics'])).toEqual(['preference:topics']);
    expect(keysTold(altered, [PROFILING])).toEqual([]);
  });

  it('lets through what takes away what was once sent, and no more of that', () => {
    expect(keysTold(altered, [PROFILING], [NEWSLETTER, 'group:newsletter', 'preference:topics'])).toEqual([
      NEWSLETTER,
    ]);
    expect(keysTold(altered, [PROFILING], ['*'])).toEqual([NEWSLETTER]);
    const ended = diff(before, NOTHING_IN_EFFECT);
    expect(keysTold(ended, [PROFILING], ['*'])).toEqual([NEWSLETTER, 'preference:colour']);
  });

  it('tells nothing beyond it of a citizen who came later', () => {
    const subscriber = {
      ...{ id: 'id', status: 'active', updateType: 'consent-receipts', payloadPrevious: false },
      ...{ filter: [PROFILING], onceSent: ['*'], filterChangedAt: at(5).toISOString() },
    };
    const told = (createdAt: Date) =>
      alteredKeys(tellSubscribers([subscriber], { createdAt }, altered)[0]?.altered ?? altered);
    expect(told(at(5))).toEqual([NEWSLETTER]);
    expect(told(at(6))).toEqual([]);
  });
});

const granted = (state: EffectiveState): string[] =>
  [...state.permissions].flatMap(([key, { state: says }]) => (says === 'GRANTED' ? [key] : []));

describe('a filter never hides a withdrawal of what was once sent', () => {
  const filters = fc.array(fc.subarray([NEWSLETTER, PROFILING, 'option:other']), {
    minLength: 1,
    maxLength: 14,
  });

  it.each(['consent-receipts', 'effective-permission'])(
    'however it is changed in between: %s',
    (updateType) => {
      fc.assert(
        fc.property(history, filters, (recorded, given) => {
          let subscription = { filter: given[0] ?? [], onceSent: [] as string[] };
          let known = NOTHING_IN_EFFECT;
          let believed = new Set<string>();
          const moments = [...new Set(recorded.map(({ recordedAt }) => recordedAt.getTime()))];
          moments.push(...[14, 20, 28].map((hours) => at(hours).getTime())); // expiries
          moments.sort((a, b) => a - b);
          moments.forEach((moment, index) => {
            const next = given[index];
            if (next) subscription = { filter: next, onceSent: onceSentBy(subscription) };
            const sofar = recorded.filter(({ recordedAt }) => recordedAt.getTime() <= moment);
            const state = effectiveState(sofar, [], new Date(moment));
            const told = toldOf(diff(known, state), subscription);
            const inFilter = (key: string) =>
              subscription.filter.length === 0 || subscription.filter.includes(key);
            if (updateType === 'consent-receipts') {
              for (const { key, after } of told.permissions)
                if (after?.state === 'GRANTED') believed.add(key);
                else believed.delete(key);
            } else if (told.permissions.length > 0) believed = new Set(granted(state).filter(inFilter));
            known = state;
            expect(granted(state)).toEqual(expect.arrayContaining([...believed]));
          });
        }),
        { numRuns: 300 },
      );
    },
  );
});
