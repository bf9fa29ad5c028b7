import { createTransitionSweep } from '../../../src/consent/recording/due-transitions';
import { recordChange } from '../../../src/consent/recording/record-change';
import { deleteOption, putOption } from '../../../src/consent/catalogue/options';
import type { Tx } from '../../../src/platform/database';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { ConsentRig, inMs, permission, SHOP } from '../../harness/consent';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** A worker's look at what is due. */
const sweep = async (): Promise<number> => (await createTransitionSweep(rig.db, rig.sealer)(100)).recorded;

/** A transaction that has done its work and holds its locks until it is told to commit. */
interface OpenTransaction<T> {
  /** By which the database knows it. */
  readonly backend: number;
  readonly committed: Promise<T>;
  readonly commit: () => void;
}

async function open<T>(work: (tx: Tx) => Promise<T>): Promise<OpenTransaction<T>> {
  let commit = (): void => undefined;
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  return new Promise((resolve, reject) => {
    const committed = rig.transact(async (tx) => {
      const result = await work(tx);
      resolve({ backend: await backendOf(tx), committed, commit });
      await mayCommit;
      return result;
    });
    committed.catch(reject);
  });
}

describe('fifty changes of one citizen at once', () => {
  it('are numbered without a gap, in the order of their commits, and so are their deliveries', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const recorded = await times(50, (i) =>
      rig.recordOne('busy', { state: i % 2 === 0 ? 'GRANTED' : 'DENIED' }),
    );
    const numbers = recorded.map(({ sequence }) => sequence).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));

    const deliveries = await rig.db.delivery.findMany({
      where: { subscriptionId: subscription },
      orderBy: { id: 'asc' },
      include: { change: true },
    });
    const byNumber = [...deliveries].sort((a, b) => a.sequence - b.sequence);
    expect(byNumber.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const recordedAt = byNumber.map(({ change }) => change.recordedAt.getTime());
    expect(recordedAt).toEqual([...recordedAt].sort((a, b) => a - b));
    // The transaction that counts is that of the highest number.
    const last = recorded.find(({ sequence }) => sequence === 50);
    const { body, sequence } = await rig.effective('busy');
    expect(body.permissions.map(({ transactionId }) => transactionId)).toEqual(last?.transactionIds);
    expect(sequence).toBe(50);
  });

  it('are read whole: the state that a reader gets is that of the number it gets', async () => {
    await rig.recordOne('read', {});
    let done = false;
    const writing = times(30, () => rig.recordOne('read', {})).finally(() => (done = true));
    const numberOf = new Map<string, number>();
    const seen: { transactionId: string | undefined; sequence: number }[] = [];
    while (!done) {
      const { body, sequence } = await rig.effective('read');
      seen.push({ transactionId: body.permissions[0]?.transactionId, sequence });
    }
    for (const { transactionIds, sequence } of await writing) numberOf.set(transactionIds[0] ?? '', sequence);
    const during = seen.filter((read) => read.sequence > 1);
    expect(during).not.toEqual([]);
    expect(during.map(({ transactionId }) => numberOf.get(transactionId ?? ''))).toEqual(
      during.map(({ sequence }) => sequence),
    );
  });
});

describe('a change that waits for another of its citizen', () => {
  /** Starts `next` while a GRANTED is recorded but not committed, and has `meanwhile` done before it is. */
  async function afterAnother<T>(
    externalRef: string,
    next: () => Promise<T>,
    meanwhile = (): Promise<unknown> => Promise.resolve(),
  ): Promise<T> {
    await rig.recordOne(externalRef, { optionId: 'profiling' });
    const first = await open((tx) =>
      recordChange(tx, rig.sealer, { applicationId: SHOP, externalRef, changes: [permission()] }),
    );
    const second = next();
    await untilItWaitsFor(first.backend, rig.db, second);
    await meanwhile();
    first.commit();
    await first.committed;
    return second;
  }

  it('is compared with what that has recorded', async () => {
    await rig.subscribe('consent-receipts');
    const backdated = { state: 'DENIED', obtainedAt: inMs(-3_600_000) } as const;
    const { sequence, deliveries } = await afterAnother('after', () => rig.recordOne('after', backdated));
    expect([sequence, deliveries]).toEqual([3, []]);
  });

  it('reaches a subscription that was created meanwhile', async () => {
    const { deliveries } = await afterAnother(
      'meanwhile',
      () => rig.recordOne('meanwhile', {}),
      () => rig.subscribe('consent-receipts'),
    );
    expect(deliveries).toHaveLength(1);
  });
});

describe('concurrent creation', () => {
  it('by the same externalRef yields one citizen', async () => {
    const recorded = await times(20, () => rig.recordOne('same', {}));
    expect(new Set(recorded.map(({ citizenId }) => citizenId)).size).toBe(1);
    expect(await rig.db.citizen.count({ where: { externalRef: 'same' } })).toBe(1);
  });
});

describe('a pause and a change', () => {
  it('exclude each other: the pause waits for the change under way', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const change = await open((tx) =>
      recordChange(tx, rig.sealer, { applicationId: SHOP, externalRef: 'p', changes: [permission()] }),
    );
    const pausing = rig.transact((tx) =>
      tx.subscription.update({ where: { id: subscription }, data: { status: 'paused' } }),
    );
    await untilItWaitsFor(change.backend, rig.db, pausing);
    change.commit();
    expect((await change.committed).deliveries).toHaveLength(1);
    await pausing;
    expect((await rig.recordOne('p', {})).deliveries).toEqual([]);
  });

  it('exclude each other: the change waits for the pause under way', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const pause = await open((tx) =>
      tx.subscription.update({ where: { id: subscription }, data: { status: 'paused' } }),
    );
    const changing = rig.recordOne('q', {});
    await untilItWaitsFor(pause.backend, rig.db, changing);
    pause.commit();
    await pause.committed;
    expect((await changing).deliveries).toEqual([]);
    expect(await rig.db.skippedCount.findUnique({ where: { subscriptionId: subscription } })).toMatchObject({
      count: 1,
    });
  });

  it('of many citizens count skipped changes without a deadlock or a loss', async () => {
    const paused = await times(3, () => rig.subscribe('consent-receipts', { status: 'paused' }));
    await times(40, (i) => rig.recordOne(`many-${i}`, {}));
    const counts = await rig.db.skippedCount.findMany({ where: { subscriptionId: { in: paused } } });
    expect(counts.map(({ count }) => count)).toEqual([40, 40, 40]);
  });
});

describe('a change and the deletion of what it names', () => {
  it('exclude each other: the deletion waits for the change, and then finds the option in use', async () => {
    await putOption(rig.db, SHOP, 'fleeting', { name: 'Fleeting' });
    const changes = [permission({ optionId: 'fleeting' })];
    const change = await open((tx) =>
      recordChange(tx, rig.sealer, { applicationId: SHOP, externalRef: 'r', changes }),
    );
    const deleting = rig.transact((tx) => deleteOption(tx, SHOP, 'fleeting'));
    await untilItWaitsFor(change.backend, rig.db, deleting);
    change.commit();
    await change.committed;
    await expect(deleting).rejects.toMatchObject({ code: 'option_in_use' });
  });

  it('exclude each other: the change waits for the deletion, and then knows no such option', async () => {
    await putOption(rig.db, SHOP, 'gone', { name: 'Gone' });
    await rig.recordOne('s', {});
    const deletion = await open((tx) => deleteOption(tx, SHOP, 'gone'));
    const changing = rig.recordOne('s', { optionId: 'gone' });
    await untilItWaitsFor(deletion.backend, rig.db, changing);
    deletion.commit();
    await deletion.committed;
    await expect(changing).rejects.toMatchObject({ problems: [{ code: 'unknown_option' }] });
  });
});

describe('several sweepers', () => {
  it('record each transition once', async () => {
    await rig.subscribe('consent-receipts');
    const citizens = await times(20, async (i) => {
      const { citizenId } = await rig.recordOne(`sweep-${i}`, { validUntil: inMs(60_000) });
      await rig.age(citizenId, 120_000);
      return citizenId;
    });
    const counts = await times(4, sweep);
    expect(counts.reduce((sum, count) => sum + count)).toBe(20);
    expect(await sweep()).toBe(0);
    const transitions = await rig.db.change.findMany({
      where: { citizenId: { in: citizens }, kind: 'transition' },
    });
    expect(transitions).toHaveLength(20);
    expect(new Set(transitions.map(({ citizenId }) => citizenId)).size).toBe(20);
  });

  it('together with changes of the same citizens record each transition once', async () => {
    const citizens = await times(10, async (i) => {
      const { citizenId } = await rig.recordOne(`mixed-${i}`, { validUntil: inMs(60_000) });
      await rig.age(citizenId, 120_000);
      return citizenId;
    });
    await Promise.all([
      times(2, sweep),
      times(10, (i) => rig.recordOne(`mixed-${i}`, { optionId: 'calls' })),
    ]);
    await sweep();
    for (const citizenId of citizens) {
      const changes = await rig.db.change.findMany({ where: { citizenId }, orderBy: { sequence: 'asc' } });
      expect(changes.map(({ sequence }) => sequence)).toEqual(changes.map((_, i) => i + 1));
      const endings = changes.slice(1).filter(({ altered }) => altered.includes('option:newsletter'));
      expect(endings).toHaveLength(1);
    }
  });
});
