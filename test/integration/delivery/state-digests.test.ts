/** What a receiver holds, told by digests: never that it holds what is in effect where it may not. */
import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import { digestOfState } from '../../../src/consent/render';
import { resendDelivery } from '../../../src/delivery/actions';
import { readStateDigests, type ComparedState, type DigestsPart } from '../../../src/delivery/state-digests';
import { AttemptSteps } from '../../harness/attempts';
import { ConsentRig, permission } from '../../harness/consent';
import { ALL } from '../../harness/visibility';

let rig: ConsentRig;
let steps: AttemptSteps;
let subscriptionId: string;
beforeAll(async () => {
  rig = await ConsentRig.start();
  steps = new AttemptSteps(rig.db);
});
afterAll(() => rig.stop());
beforeEach(async () => {
  await rig.unsubscribeAll();
  subscriptionId = await rig.subscribe('effective-permission');
});

const read = (part: Partial<DigestsPart> = {}) =>
  readStateDigests(rig.db, ALL, subscriptionId, { limit: 500, ...part });

async function stateOf(externalRef: string): Promise<ComparedState> {
  const found = (await read()).items.find((item) => item.externalRef === externalRef);
  if (!found) throw new Error('not compared');
  return found;
}

const digestNow = async (externalRef: string): Promise<string> =>
  digestOfState((await rig.effective(externalRef)).body);

const unfinishedOf = async (externalRef: string): Promise<string> => {
  const where = { subscriptionId, citizen: { externalRef }, finishedAt: null };
  return (await rig.db.delivery.findFirstOrThrow({ where, orderBy: { sequence: 'asc' } })).id;
};

/** Makes an attempt of the next delivery, which shows the present state. */
async function attempt(externalRef: string, outcome: 'delivered' | 'failed'): Promise<void> {
  const ended = await steps.attempt(await unfinishedOf(externalRef), await digestNow(externalRef));
  await steps.statements.record(ended(outcome));
}

describe('a state is told to differ', () => {
  it('until it was delivered, and no longer', async () => {
    await rig.recordOne('d-1', {});
    expect(await stateOf('d-1')).toMatchObject({ delivered: null, differs: true });
    await attempt('d-1', 'failed');
    expect(await stateOf('d-1')).toMatchObject({ delivered: null, differs: true });
    await attempt('d-1', 'delivered');
    const digest = await digestNow('d-1');
    const state = { digest, sequence: 1 };
    expect(await stateOf('d-1')).toMatchObject({ delivered: state, current: state, differs: false });
  });

  it('where a change came since, also if it was skipped', async () => {
    await rig.recordOne('d-2', {});
    await attempt('d-2', 'delivered');
    await rig.db.subscription.update({ where: { id: subscriptionId }, data: { status: 'paused' } });
    await rig.recordOne('d-2', { state: 'DENIED' });
    const { delivered, current, differs } = await stateOf('d-2');
    expect([delivered?.sequence, current.sequence, differs]).toEqual([1, 2, true]);
    expect(delivered?.digest).not.toBe(current.digest);
  });

  it('where a later request failed, and may have arrived, though its state is over', async () => {
    const { citizenId } = await rig.recordOne('d-3', {});
    await attempt('d-3', 'delivered');
    const validUntil = new Date(Date.now() + 60_000);
    await rig.recordOne('d-3', { optionId: 'calls', validUntil });
    await attempt('d-3', 'failed');
    await rig.db.$executeRaw`
      UPDATE "PermissionTransaction" SET "validUntil" = now() - interval '1 second'
      WHERE "citizenId" = ${citizenId}::uuid AND "validUntil" IS NOT NULL`;
    const { delivered, current, differs } = await stateOf('d-3');
    expect([delivered?.digest === current.digest, differs]).toEqual([true, true]);
  });

  it('where what was delivered last is not known any more, nor told of an earlier one', async () => {
    await rig.recordOne('d-4', {});
    await attempt('d-4', 'delivered');
    await rig.recordOne('d-4', { state: 'DENIED' });
    // As one whose outcome a worker could not record, and its workflow did.
    const ended = await steps.attempt(await unfinishedOf('d-4'));
    await steps.statements.record(ended('delivered'));
    expect(await stateOf('d-4')).toMatchObject({ delivered: null, differs: true });
  });

  it('where a filter shows another part of it', async () => {
    await rig.record({ externalRef: 'd-5', changes: [permission(), permission({ optionId: 'calls' })] });
    await attempt('d-5', 'delivered');
    await rig.db.subscription.update({
      where: { id: subscriptionId },
      data: { filter: ['option:newsletter'] },
    });
    expect((await stateOf('d-5')).differs).toBe(true);
  });

  it('not where its delivery has one after it, or was sent again', async () => {
    await rig.recordOne('d-6', {});
    const first = await unfinishedOf('d-6');
    const ended = await steps.attempt(first, await digestNow('d-6'));
    await rig.recordOne('d-6', { state: 'DENIED' });
    await steps.statements.record(ended('delivered'));
    await attempt('d-6', 'delivered');
    expect((await stateOf('d-6')).differs).toBe(false);
    const { id } = await rig.db.delivery.findFirstOrThrow({
      where: { subscriptionId, citizen: { externalRef: 'd-6' }, sequence: 2 },
    });
    await rig.transact((tx) => resendDelivery(tx, ALL, id));
    await attempt('d-6', 'delivered');
    expect((await stateOf('d-6')).differs).toBe(false);
  });
});

describe('the citizens of a subscription', () => {
  it('are told in parts, deleted ones not, and how many of them differ', async () => {
    const refs = ['p-1', 'p-2', 'p-3', 'p-4', 'p-5'];
    for (const externalRef of refs) await rig.recordOne(externalRef, {});
    for (const externalRef of ['p-1', 'p-3']) await attempt(externalRef, 'delivered');
    const { citizenId } = await rig.recordOne('p-6', {});
    await rig.transact((tx) => deleteCitizen(tx, ALL, rig.sealer, citizenId));
    const whole = await read();
    expect(whole.nextCursor).toBeNull();
    const differing = whole.items.filter(({ differs }) => differs);
    expect([whole.compared, whole.differing]).toEqual([whole.items.length, differing.length]);
    expect(whole.items.map(({ externalRef }) => externalRef)).toEqual(expect.arrayContaining(refs));
    expect(whole.items.map(({ externalRef }) => externalRef)).not.toContain('p-6');
    for (const onlyDifferent of [false, true]) {
      const items: ComparedState[] = [];
      let after: string | undefined;
      do {
        const part = await read({ after, limit: 2, onlyDifferent });
        items.push(...part.items);
        after = part.nextCursor ?? undefined;
      } while (after !== undefined);
      expect(items).toEqual(onlyDifferent ? differing : whole.items);
    }
  });

  it('are those of Effective Permissions', async () => {
    subscriptionId = await rig.subscribe('consent-receipts');
    await expect(read()).rejects.toMatchObject({ code: 'digest_not_supported' });
  });
});
