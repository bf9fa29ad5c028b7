import { createTransitionSweep } from '../../../src/consent/recording/due-transitions';
import { lockCitizen } from '../../../src/consent/recording/lock-citizen';
import { recordChange } from '../../../src/consent/recording/record-change';
import { deleteOption, putOption } from '../../../src/consent/catalogue/options';
import type { Tx } from '../../../src/platform/database';
import type { StatementTx } from '../../../src/platform/statement-transaction';
import { patchSubscription } from '../../../src/subscriptions/update';
import { backendOf, untilItWaits, untilItWaitsFor } from '../../harness/locks';
import { ALL } from '../../harness/visibility';
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

/** A transaction, and by which number the database knows it. */
function backendAnd<T>(work: (tx: Tx) => Promise<T>): { backend: Promise<number>; committed: Promise<T> } {
  let committed: Promise<T>;
  const backend = new Promise<number>((resolve, reject) => {
    committed = rig.transact(async (tx) => {
      resolve(await backendOf(tx));
      return work(tx);
    });
    committed.catch(reject);
  });
  return { backend, committed: committed! };
}

/** Where somebody stops until it is opened. */
function gate(): { reached: Promise<void>; pass: () => Promise<void>; open: () => void } {
  let [reach, open] = [(): void => undefined, (): void => undefined];
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  const pass = (): Promise<void> => {
    reach();
    return opened;
  };
  return { reached, pass, open };
}

/** Its first statement is done when it stops at the gate. */
function pausedAfterFirst(tx: Tx, { pass }: ReturnType<typeof gate>): StatementTx {
  let first = true;
  return {
    async $queryRaw<Rows>(...given: Parameters<StatementTx['$queryRaw']>): Promise<Rows> {
      const rows = await tx.$queryRaw<Rows>(...given);
      if (first) {
        first = false;
        await pass();
      }
      return rows;
    },
    $executeRaw: (...given) => tx.$executeRaw(...given),
  };
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

  it('do not wait in a circle where somebody else creates and holds the citizen meanwhile', async () => {
    const id = await rig.subscribe('consent-receipts');
    const target = { applicationId: SHOP, externalRef: 'circle' };
    const change = { ...target, changes: [permission()] };
    const rename = (name: string) => (tx: Tx) =>
      patchSubscription(tx, ALL, rig.sealer, { allowPrivateTargets: true }, id, { name });
    // It has looked for the citizen, and found none.
    const looked = gate();
    const late = backendAnd((tx) => recordChange(pausedAfterFirst(tx, looked), rig.sealer, change));
    await looked.reached;
    await rig.transact((tx) => lockCitizen(tx, rig.sealer, target));
    const held = gate();
    const holder = backendAnd(async (tx) => {
      await lockCitizen(tx, rig.sealer, target);
      await held.pass();
      return recordChange(tx, rig.sealer, change);
    });
    await held.reached;
    const first = await open(rename('One'));
    looked.open();
    await untilItWaits(await late.backend, rig.db);
    // It waits behind the late one, if that has gone for the subscription, and the holder of the citizen behind it.
    const second = backendAnd(rename('Two'));
    await untilItWaits(await second.backend, rig.db);
    held.open();
    await untilItWaits(await holder.backend, rig.db);
    first.commit();
    const [ofHolder, ofLate] = await Promise.all([holder.committed, late.committed, second.committed]);
    expect([ofHolder.sequence, ofLate.sequence]).toEqual([1, 2]);
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
