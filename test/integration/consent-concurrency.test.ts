import { recordDueTransitions } from '../../src/consent/recording/due-transitions';
import { recordChange } from '../../src/consent/recording/record-change';
import { deleteOption, putOption } from '../../src/consent/catalogue/options';
import { ConsentRig, inMs, permission, SHOP } from '../support/consent';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** A promise and what settles it: lets one transaction wait for what a test does meanwhile. */
function gate(): { passed: Promise<void>; pass: () => void } {
  let pass = (): void => undefined;
  const passed = new Promise<void>((resolve) => (pass = resolve));
  return { passed, pass };
}

/** Whether the work is still waiting, for a lock that is, after a while. */
async function waits(work: Promise<unknown>): Promise<boolean> {
  const still = Symbol('still');
  const while_ = new Promise((resolve) => setTimeout(resolve, 300, still));
  return (await Promise.race([work, while_])) === still;
}

describe('fifty changes of one citizen at once', () => {
  it('get dense numbers, and the outbox holds them in number order, commit after commit', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const recorded = await times(50, (i) => rig.say('busy', { state: i % 2 === 0 ? 'GRANTED' : 'DENIED' }));
    const numbers = recorded.map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));

    const lines = await rig.db.delivery.findMany({
      where: { subscriptionId: subscription },
      orderBy: { id: 'asc' },
      include: { change: true },
    });
    const byNumber = [...lines].sort((a, b) => a.sequence - b.sequence);
    expect(byNumber.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const recordedAt = byNumber.map(({ change }) => change.recordedAt.getTime());
    expect(recordedAt).toEqual([...recordedAt].sort((a, b) => a - b));
    // The transaction that counts is that of the highest number.
    const last = recorded.find(({ sequence }) => sequence === 50);
    const { body, sequence } = await rig.effective('busy');
    expect(body.permissions.map(({ transactionId }) => transactionId)).toEqual(last?.transactionIds);
    expect(sequence).toBe(50);
  });

  it('are seen whole by readers: body and number agree', async () => {
    await rig.say('read', {});
    let done = false;
    const writing = times(30, () => rig.say('read', {})).finally(() => (done = true));
    const numberOf = new Map<string, number>();
    const seen: { transactionId: string | undefined; sequence: number }[] = [];
    while (!done) {
      const { body, sequence } = await rig.effective('read');
      seen.push({ transactionId: body.permissions[0]?.transactionId, sequence });
    }
    for (const { transactionIds, sequence } of await writing) numberOf.set(transactionIds[0] ?? '', sequence);
    for (const { transactionId, sequence } of seen.filter((read) => read.sequence > 1)) {
      expect(numberOf.get(transactionId ?? '')).toBe(sequence);
    }
  });
});

describe('concurrent creation', () => {
  it('by the same externalRef yields one citizen', async () => {
    const recorded = await times(20, () => rig.say('same', {}));
    expect(new Set(recorded.map(({ citizenId }) => citizenId)).size).toBe(1);
    expect(await rig.db.citizen.count({ where: { externalRef: 'same' } })).toBe(1);
  });
});

describe('a pause and a change', () => {
  it('exclude each other: the pause waits for the change under way', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const [recorded, commit] = [gate(), gate()];
    const changing = rig.transact(async (tx) => {
      const input = { applicationId: SHOP, externalRef: 'p', changes: [permission()] };
      const change = await recordChange(tx, rig.sealer, input);
      recorded.pass();
      await commit.passed;
      return change;
    });
    await recorded.passed;
    const pausing = rig.db.subscription
      .update({ where: { id: subscription }, data: { status: 'paused' } })
      .then((row) => row);
    expect(await waits(pausing)).toBe(true);
    commit.pass();
    expect((await changing).deliveries).toHaveLength(1);
    await pausing;
    expect((await rig.say('p', {})).deliveries).toEqual([]);
  });

  it('exclude each other: the change waits for the pause under way', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const [paused, commit] = [gate(), gate()];
    const pausing = rig.transact(async (tx) => {
      await tx.subscription.update({ where: { id: subscription }, data: { status: 'paused' } });
      paused.pass();
      await commit.passed;
    });
    await paused.passed;
    const changing = rig.say('q', {});
    expect(await waits(changing)).toBe(true);
    commit.pass();
    await pausing;
    expect((await changing).deliveries).toEqual([]);
    expect(await rig.db.skippedCount.findUnique({ where: { subscriptionId: subscription } })).toMatchObject({
      count: 1,
    });
  });

  it('of many citizens count skipped changes without a deadlock or a loss', async () => {
    const paused = await times(3, () => rig.subscribe('consent-receipts', { status: 'paused' }));
    await times(40, (i) => rig.say(`many-${i}`, {}));
    const counts = await rig.db.skippedCount.findMany({ where: { subscriptionId: { in: paused } } });
    expect(counts.map(({ count }) => count)).toEqual([40, 40, 40]);
  });
});

describe('a change and the deletion of what it names', () => {
  it('exclude each other', async () => {
    await putOption(rig.db, SHOP, 'fleeting', { name: 'Fleeting' });
    const [recorded, commit] = [gate(), gate()];
    const changing = rig.transact(async (tx) => {
      const changes = [permission({ optionId: 'fleeting' })];
      await recordChange(tx, rig.sealer, { applicationId: SHOP, externalRef: 'r', changes });
      recorded.pass();
      await commit.passed;
    });
    await recorded.passed;
    const deleting = rig.transact((tx) => deleteOption(tx, SHOP, 'fleeting'));
    expect(await waits(deleting.catch(() => undefined))).toBe(true);
    commit.pass();
    await changing;
    await expect(deleting).rejects.toMatchObject({ code: 'option_in_use' });
  });
});

describe('several sweepers', () => {
  it('record each transition once', async () => {
    await rig.subscribe('consent-receipts');
    const citizens = await times(20, async (i) => {
      const { citizenId } = await rig.say(`sweep-${i}`, { validUntil: inMs(60_000) });
      await rig.age(citizenId, 120_000);
      return citizenId;
    });
    const settled = await times(4, () => recordDueTransitions(rig.db, rig.sealer, { limit: 100 }));
    expect(settled.reduce((sum, count) => sum + count)).toBe(20);
    expect(await recordDueTransitions(rig.db, rig.sealer, { limit: 100 })).toBe(0);
    const transitions = await rig.db.change.findMany({
      where: { citizenId: { in: citizens }, kind: 'transition' },
    });
    expect(transitions).toHaveLength(20);
    expect(new Set(transitions.map(({ citizenId }) => citizenId)).size).toBe(20);
  });

  it('and changes of the same citizens record each transition once', async () => {
    const citizens = await times(10, async (i) => {
      const { citizenId } = await rig.say(`mixed-${i}`, { validUntil: inMs(60_000) });
      await rig.age(citizenId, 120_000);
      return citizenId;
    });
    await Promise.all([
      times(2, () => recordDueTransitions(rig.db, rig.sealer, { limit: 100 })),
      times(10, (i) => rig.say(`mixed-${i}`, { optionId: 'calls' })),
    ]);
    await recordDueTransitions(rig.db, rig.sealer, { limit: 100 });
    for (const citizenId of citizens) {
      const changes = await rig.db.change.findMany({ where: { citizenId }, orderBy: { sequence: 'asc' } });
      expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, i) => i + 1));
      const endings = changes.slice(1).filter(({ altered }) => altered.includes('option:newsletter'));
      expect(endings).toHaveLength(1);
    }
  });
});
