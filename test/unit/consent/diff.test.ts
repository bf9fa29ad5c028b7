import fc from 'fast-check';
import { alteredKeys, diff } from '../../../src/consent/rules/diff';
import { effectiveState, NOTHING_IN_EFFECT } from '../../../src/consent/rules/effective-state';
import { answer, at, history, instant, transaction } from '../../harness/consent-builders';

const state = (...transactions: Parameters<typeof effectiveState>[0][]) =>
  effectiveState(
    transactions.flatMap((all) => [...all]),
    [],
    at(1),
  );

describe('a change alters', () => {
  const [granted, again] = [transaction(), transaction({ sequence: 2 })];

  it('a permission whose transaction differs, though it says the same', () => {
    expect(diff(state([granted]), state([again]))).toEqual({
      permissions: [{ key: 'option:newsletter', after: again }],
      preferences: [],
    });
  });

  it('nothing where the transaction is the same', () => {
    expect(alteredKeys(diff(state([granted]), state([granted])))).toEqual([]);
  });

  it('a permission that ended with nothing in its place', () => {
    expect(diff(state([granted]), NOTHING_IN_EFFECT).permissions).toEqual([
      { key: 'option:newsletter', after: undefined, before: granted },
    ]);
  });

  it('a preference whose answer differs, though it is the same choice', () => {
    const before = effectiveState([], [answer({ sequence: 1 })], at(1));
    const after = effectiveState([], [answer({ sequence: 2 })], at(1));
    expect(alteredKeys(diff(before, after))).toEqual(['preference:colour']);
    expect(alteredKeys(diff(after, after))).toEqual([]);
  });

  it('keys in a fixed order', () => {
    const several = ['b', 'a', 'c'].map((optionId) => transaction({ optionId }));
    const group = transaction({ optionType: 'group', optionId: 'z' });
    expect(alteredKeys(diff(NOTHING_IN_EFFECT, state([...several, group])))).toEqual([
      'group:z',
      'option:a',
      'option:b',
      'option:c',
    ]);
  });

  it('exactly what leads from the one state to the other', () => {
    fc.assert(
      fc.property(history, instant, instant, (all, from, to) => {
        const [before, after] = [effectiveState(all, [], from), effectiveState(all, [], to)];
        const reached = new Map(before.permissions);
        for (const altered of diff(before, after).permissions) {
          if (altered.after) reached.set(altered.key, altered.after);
          else reached.delete(altered.key);
        }
        expect(new Map([...reached].sort())).toEqual(new Map([...after.permissions].sort()));
      }),
    );
  });
});
