import fc from 'fast-check';
import type { PermissionTransaction } from '../../../generated/prisma/client';
import { effectiveState } from '../../../src/consent/rules/effective-state';
import { diff } from '../../../src/consent/rules/diff';
import { nextTransition } from '../../../src/consent/rules/next-transition';
import { at, history, instant, transaction } from '../../harness/consent-builders';

const differs = (all: PermissionTransaction[], a: Date, b: Date): boolean =>
  diff(effectiveState(all, [], a), effectiveState(all, [], b)).permissions.length > 0;

describe('the next transition', () => {
  it.each<[string, Partial<PermissionTransaction>[], number | null]>([
    ['is never, without validity', [{}], null],
    ['is the end of what is in effect', [{ validUntil: at(5) }], 5],
    ['is the beginning of what will be', [{ validFrom: at(5) }], 5],
    ['is not an end that has passed', [{ validUntil: at(1) }], null],
    ['is not one that is now', [{ validUntil: at(2) }], null],
    ['is the nearest of several', [{ validUntil: at(9) }, { optionId: 'profiling', validUntil: at(5) }], 5],
    ['is not the end of an outranked one', [{ validUntil: at(5) }, { sequence: 2 }], null],
    ['is not the beginning of an outranked one', [{ validFrom: at(5) }, { sequence: 2 }], null],
    ['is the beginning of one that outranks', [{}, { sequence: 2, validFrom: at(5) }], 5],
    [
      'is not that of a window that never opens',
      [{}, { sequence: 2, validFrom: at(5), validUntil: at(5) }],
      null,
    ],
    ['of a pending one is its expiry', [{}, { sequence: 2, state: 'PENDING', validUntil: at(5) }], 5],
  ])('%s', (_, transactions, expected) => {
    expect(nextTransition(transactions.map(transaction), at(2))).toEqual(
      expected === null ? null : at(expected),
    );
  });

  it('is sound: something differs there that did not right before', () => {
    let found = 0;
    fc.assert(
      fc.property(history, instant, (all, after) => {
        const next = nextTransition(all, after);
        if (next === null) return;
        found += 1;
        expect(next > after).toBe(true);
        expect(differs(all, new Date(next.getTime() - 1), next)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is complete: at no sampled instant before it does anything differ', () => {
    const samples = Array.from({ length: 61 }, (_, i) => at(-2 + i / 4));
    let looked = 0;
    fc.assert(
      fc.property(history, instant, (all, after) => {
        const next = nextTransition(all, after) ?? at(1_000);
        const before = samples.filter((moment) => moment > after && moment < next);
        looked += before.length;
        expect(before.filter((sample) => differs(all, after, sample))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
    expect(looked).toBeGreaterThan(1_000);
  });
});
