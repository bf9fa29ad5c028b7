import fc from 'fast-check';
import { diff } from '../../../src/consent/rules/diff';
import { effectiveState } from '../../../src/consent/rules/effective-state';
import { nextTransition } from '../../../src/consent/rules/next-transition';
import { loadDecidingTransactions } from '../../../src/consent/stored-state';
import { newId } from '../../../src/platform/ids';
import { ConsentRig, inMs } from '../../harness/consent';
import { at, history, instant } from '../../harness/consent-builders';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());

describe('what is read of a history', () => {
  it('decides as all of it would, at any moment from the given one on', async () => {
    const { citizenId, changeId } = await rig.recordOne('any', {});
    const later = Array.from({ length: 30 }, (_, half) => at(half / 2));
    await fc.assert(
      fc.asyncProperty(history, instant, async (recorded, from) => {
        await rig.db.permissionTransaction.deleteMany({ where: { citizenId } });
        const all = recorded.map((transaction) => ({ ...transaction, id: newId(), citizenId, changeId }));
        await rig.db.permissionTransaction.createMany({ data: all });
        for (const [stored, read] of [
          [all, await loadDecidingTransactions(rig.db, { citizenId, from })],
          [
            all.filter(({ optionId }) => optionId === 'profiling'),
            await loadDecidingTransactions(rig.db, {
              ...{ citizenId, from },
              only: [{ optionType: 'option', optionId: 'profiling' }],
            }),
          ],
        ] as const) {
          expect(nextTransition(read, from)).toEqual(nextTransition(stored, from));
          for (const moment of [from, ...later.filter((sample) => sample > from)]) {
            const [expected, found] = [effectiveState(stored, [], moment), effectiveState(read, [], moment)];
            expect(diff(expected, found).permissions).toEqual([]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are the rows as they are stored, with nothing added', async () => {
    const { citizenId } = await rig.recordOne('rows', { validUntil: inMs(60_000) });
    const read = await loadDecidingTransactions(rig.db, { citizenId, from: new Date() });
    expect(read).toEqual(await rig.db.permissionTransaction.findMany({ where: { citizenId } }));
  });

  it.each([
    ['never end', null],
    ['end in a year', '1 year'],
  ])('is little of thousands of repeated transactions that %s', async (_, validity) => {
    const { citizenId, changeId } = await rig.recordOne(`repeated ${String(validity)}`, {});
    await rig.db.$executeRaw`
      INSERT INTO "PermissionTransaction" SELECT gen_random_uuid(), "citizenId", "changeId", 1, 10 + n, "applicationId",
        "optionType", CASE n % 2 WHEN 0 THEN 'newsletter' ELSE 'calls' END, "justification", "state", "channel",
        "campaign", "privacyPolicyId", "permissionStatementId", "recordedById", "recordedByName", "recordedClientId",
        "recordedClientName", "delegatedAuthorityId", "delegatedAuthorityName", "recordedAt" + n * interval '1 second',
        "obtainedAt" + n * interval '1 second', NULL, "obtainedAt" + n * interval '1 second' + ${validity}::interval
      FROM "PermissionTransaction", generate_series(1, 5000) n WHERE "changeId" = ${changeId}::uuid`;
    const read = await loadDecidingTransactions(rig.db, { citizenId, from: new Date() });
    // The latest of each, and the first one, which never ends.
    expect(read.length).toBeLessThanOrEqual(3);
  });
});
