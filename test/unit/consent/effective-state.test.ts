import fc from 'fast-check';
import type { PermissionTransaction } from '../../../generated/prisma/client';
import { effectiveState } from '../../../src/consent/rules/effective-state';
import { permissionKey } from '../../../src/consent/rules/keys';
import { compareRank } from '../../../src/consent/rules/ranking';
import { answer, at, history, instant, transaction } from '../../harness/consent-builders';

const inEffect = (transactions: PermissionTransaction[], when: Date): Record<string, string> =>
  Object.fromEntries(
    [...effectiveState(transactions, [], when).permissions].map(([key, { id }]) => [key, id]),
  );

describe('of two transactions of a permission', () => {
  it.each([
    [
      'the one obtained later is in effect',
      { obtainedAt: at(1), recordedAt: at(9) },
      { obtainedAt: at(2), recordedAt: at(9) },
    ],
    [
      'the one obtained microseconds later is',
      { obtainedAt: at(1), obtainedMicros: 100, recordedAt: at(9), sequence: 9 },
      { obtainedAt: at(1), obtainedMicros: 900, recordedAt: at(8), sequence: 8 },
    ],
    [
      'one obtained ahead of its recording counts as recorded',
      { obtainedAt: at(9), recordedAt: at(1) },
      { obtainedAt: at(2), recordedAt: at(2) },
    ],
    [
      'its microseconds do not count either',
      { obtainedAt: at(1), obtainedMicros: 900, recordedAt: at(1), sequence: 1 },
      { recordedAt: at(1), sequence: 2 },
    ],
    [
      'obtained together, the one recorded later',
      { obtainedAt: at(1), recordedAt: at(1) },
      { obtainedAt: at(1), recordedAt: at(2) },
    ],
    ['recorded together, the one of the later change', { sequence: 1 }, { sequence: 2 }],
    ['of one change, the later one', { position: 0 }, { position: 1 }],
    [
      'obtained later beats recorded later',
      { obtainedAt: at(1), recordedAt: at(9), sequence: 9 },
      { obtainedAt: at(2), recordedAt: at(2), sequence: 2 },
    ],
    ['one not yet valid leaves the other in effect', { validFrom: at(50) }, {}],
    ['one that has ended leaves the other in effect', { obtainedAt: at(5), validUntil: at(10) }, {}],
  ])('%s', (_, loser, winner) => {
    const [low, high] = [transaction(loser), transaction(winner)];
    const expected = { 'option:newsletter': high.id };
    expect(inEffect([low, high], at(10))).toEqual(expected);
    expect(inEffect([high, low], at(10))).toEqual(expected);
  });
});

describe('validity', () => {
  it.each([
    ['before validFrom', 1, false],
    ['at validFrom', 2, true],
    ['between', 3, true],
    ['at validUntil', 4, false],
    ['after validUntil', 5, false],
  ])('%s', (_, hours, isIn) => {
    const window = transaction({ validFrom: at(2), validUntil: at(4) });
    expect(inEffect([window], at(hours))).toEqual(isIn ? { 'option:newsletter': window.id } : {});
  });
});

describe('a permission', () => {
  it('on a group is its own: nothing cascades', () => {
    const option = transaction();
    const group = transaction({ optionType: 'group', state: 'DENIED', sequence: 2 });
    expect(inEffect([option, group], at(1))).toEqual({
      'option:newsletter': option.id,
      'group:newsletter': group.id,
    });
  });
});

describe('a preference', () => {
  it('has the answer of the latest submission', () => {
    const [first, second] = [answer({ sequence: 1 }), answer({ sequence: 2 })];
    for (const answers of [
      [first, second],
      [second, first],
    ]) {
      expect(effectiveState([], answers, at(1)).preferences.get('preference:colour')).toBe(second);
    }
  });
});

describe('whatever was recorded', () => {
  it('the state does not depend on the order in which transactions arrive', () => {
    const shuffled = history.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, instant, ([all, reordered], when) => {
        expect(inEffect(reordered, when)).toEqual(inEffect(all, when));
      }),
    );
  });

  it('a backdated transaction changes nothing that is in effect by a later one', () => {
    let found = 0;
    fc.assert(
      fc.property(history, instant, fc.integer({ min: 1, max: 40 }), (all, when, hours) => {
        for (const current of effectiveState(all, [], when).permissions.values()) {
          found += 1;
          const backdated = transaction({
            optionId: current.optionId,
            obtainedAt: new Date(
              Math.min(current.obtainedAt.getTime(), current.recordedAt.getTime()) - hours * 60_000,
            ),
            recordedAt: at(100),
            sequence: 100,
          });
          expect(inEffect([...all, backdated], when)).toEqual(inEffect(all, when));
        }
      }),
    );
    expect(found).toBeGreaterThan(10);
  });

  it('a withdrawal is in effect whenever it is the latest, whatever came before', () => {
    fc.assert(
      fc.property(history, instant, (all, when) => {
        const withdrawal = transaction({ state: 'DENIED', recordedAt: at(50), sequence: 50 });
        expect(inEffect([...all, withdrawal], when)['option:newsletter']).toBe(withdrawal.id);
      }),
    );
  });

  it('what is in effect is in force, and outranks all else in force', () => {
    fc.assert(
      fc.property(history, instant, (all, when) => {
        const { permissions } = effectiveState(all, [], when);
        const inForce = all.filter(
          ({ validFrom, validUntil }) =>
            (!validFrom || validFrom <= when) && (!validUntil || when < validUntil),
        );
        expect([...permissions.keys()].sort()).toEqual([...new Set(inForce.map(permissionKey))].sort());
        for (const rival of inForce) {
          const winner = permissions.get(permissionKey(rival));
          expect(winner && compareRank(winner, rival)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('no two transactions rank the same', () => {
    fc.assert(
      fc.property(history, (all) => {
        for (const a of all) for (const b of all) expect(compareRank(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
