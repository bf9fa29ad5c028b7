import { createTransitionSweep } from '../../../src/consent/recording/due-transitions';
import { ConsentRig, inMs } from '../../harness/consent';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

const HOUR = 3_600_000;
const sweep = async (limit = 100): Promise<number> =>
  (await createTransitionSweep(rig.db, rig.sealer)(limit)).recorded;

const latestDelivery = (citizenId: string) =>
  rig.db.delivery.findFirst({ where: { citizenId }, orderBy: { id: 'desc' }, include: { change: true } });

describe('consent that ends by itself', () => {
  it('is a change at that moment: the receipt says state null, with the ended transaction’s other fields', async () => {
    await rig.subscribe('consent-receipts');
    const { citizenId, transactionIds } = await rig.recordOne('ends', { validUntil: inMs(HOUR) });
    expect(await sweep()).toBe(0);
    await rig.age(citizenId, 2 * HOUR);
    expect(await sweep()).toBe(1);
    const delivery = await latestDelivery(citizenId);
    expect(delivery?.change).toMatchObject({
      kind: 'transition',
      sequence: 2,
      altered: ['option:newsletter'],
    });
    const body = await rig.body(delivery?.id ?? '');
    expect(body?.permissions).toEqual([
      expect.objectContaining({ transactionId: transactionIds[0], state: null, justification: 'consent' }),
    ]);
    expect(await rig.states('ends')).toEqual([]);
    expect(await rig.db.citizen.findUnique({ where: { id: citizenId } })).toMatchObject({
      lastSequence: 2,
      nextTransitionAt: null,
    });
  });

  it('gives way to what was in effect before: a pending one whose link expires', async () => {
    await rig.subscribe('consent-receipts');
    const before = await rig.recordOne('pending', { state: 'DENIED' });
    const { citizenId } = await rig.recordOne('pending', { state: 'PENDING', validUntil: inMs(HOUR) });
    expect(await rig.states('pending')).toEqual(['option:newsletter PENDING']);
    await rig.age(citizenId, 2 * HOUR);
    expect(await sweep()).toBe(1);
    expect(await rig.states('pending')).toEqual(['option:newsletter DENIED']);
    const delivery = await latestDelivery(citizenId);
    const body = await rig.body(delivery?.id ?? '');
    expect(body?.permissions).toEqual([
      expect.objectContaining({ transactionId: before.transactionIds[0], state: 'DENIED' }),
    ]);
  });

  it('begins by itself too, and goes on from one transition to the next', async () => {
    await rig.subscribe('consent-receipts');
    const { citizenId } = await rig.recordOne('window', {
      validFrom: inMs(HOUR),
      validUntil: inMs(3 * HOUR),
    });
    await rig.age(citizenId, 2 * HOUR);
    expect(await sweep()).toBe(1);
    expect(await rig.states('window')).toEqual(['option:newsletter GRANTED']);
    await rig.age(citizenId, 2 * HOUR);
    expect(await sweep()).toBe(1);
    expect(await rig.states('window')).toEqual([]);
    const { lastSequence } = await rig.db.citizen.findUniqueOrThrow({ where: { id: citizenId } });
    expect(lastSequence).toBe(3);
  });

  it('is no change when it came and went while no sweep ran', async () => {
    await rig.subscribe('consent-receipts');
    const { citizenId } = await rig.recordOne('missed', {
      validFrom: inMs(HOUR),
      validUntil: inMs(2 * HOUR),
    });
    await rig.age(citizenId, 3 * HOUR);
    expect(await sweep()).toBe(1);
    expect(await rig.db.change.count({ where: { citizenId } })).toBe(1);
    expect(await sweep()).toBe(0);
  });

  it('becomes part of a change that comes before the sweep, once', async () => {
    await rig.subscribe('consent-receipts');
    const { citizenId } = await rig.recordOne('folded', { validUntil: inMs(HOUR) });
    await rig.age(citizenId, 2 * HOUR);
    const { deliveries } = await rig.recordOne('folded', { optionId: 'calls' });
    const body = await rig.body(deliveries[0]?.id ?? '');
    expect(body?.permissions?.map(({ optionId, state }) => `${optionId} ${state}`)).toEqual([
      'calls GRANTED',
      'newsletter null',
    ]);
    expect(await sweep()).toBe(0);
  });

  it('stays noted while other permissions change', async () => {
    const { citizenId } = await rig.recordOne('noted', { validUntil: inMs(HOUR) });
    const noted = async () =>
      (await rig.db.citizen.findUniqueOrThrow({ where: { id: citizenId } })).nextTransitionAt;
    const first = await noted();
    await rig.recordOne('noted', { optionId: 'calls' });
    expect(await noted()).toEqual(first);
    await rig.recordOne('noted', { state: 'DENIED' });
    expect(await noted()).toBeNull();
  });

  it('is counted for a paused subscription like any change', async () => {
    const paused = await rig.subscribe('consent-receipts', { status: 'paused' });
    const { citizenId } = await rig.recordOne('paused', { validUntil: inMs(HOUR) });
    await rig.age(citizenId, 2 * HOUR);
    await sweep();
    expect(await rig.db.skippedCount.findUnique({ where: { subscriptionId: paused } })).toMatchObject({
      count: 2,
    });
  });

  it('is recorded for a limited number of citizens at a time, the longest due first', async () => {
    for (const [index, externalRef] of ['late', 'later', 'latest'].entries()) {
      const { citizenId } = await rig.recordOne(externalRef, { validUntil: inMs(HOUR) });
      await rig.age(citizenId, (5 - index) * HOUR);
    }
    expect(await sweep(2)).toBe(2);
    const due = await rig.db.citizen.findMany({
      where: { nextTransitionAt: { not: null, lte: new Date() } },
    });
    expect(due.map(({ externalRef }) => externalRef)).toEqual(['latest']);
    await sweep();
  });
});

describe('citizens whose transition always fails', () => {
  /** Refuses every change of citizens whose reference begins with `failing`. */
  beforeAll(async () => {
    await rig.db.$executeRaw`
      CREATE FUNCTION refuse_failing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW."kind" = 'transition' AND EXISTS (
          SELECT FROM "Citizen" WHERE "id" = NEW."citizenId" AND "externalRef" LIKE 'failing%')
        THEN RAISE EXCEPTION 'refused'; END IF;
        RETURN NEW;
      END $$`;
    await rig.db.$executeRaw`
      CREATE TRIGGER refuse BEFORE INSERT ON "Change" FOR EACH ROW EXECUTE FUNCTION refuse_failing()`;
  });
  afterAll(() => rig.db.$executeRaw`DROP TRIGGER refuse ON "Change"`);

  const ended = async (externalRef: string, hours: number): Promise<void> => {
    const { citizenId } = await rig.recordOne(externalRef, { validUntil: inMs(HOUR) });
    await rig.age(citizenId, hours * HOUR);
  };

  it('do not hold up the others, even where more of them are due than one run takes on', async () => {
    for (let i = 0; i < 10; i++) await ended(`failing-${i}`, 5);
    for (let i = 0; i < 6; i++) await ended(`healthy-${i}`, 2);
    const run = createTransitionSweep(rig.db, rig.sealer);
    let recorded = 0;
    for (let more = true; more;) {
      const done = await run(5);
      recorded += done.recorded;
      more = done.more;
    }
    expect(recorded).toBe(6);
    for (let i = 0; i < 6; i++) expect(await rig.states(`healthy-${i}`)).toEqual([]);
    const due = { nextTransitionAt: { lte: new Date() } };
    const left = await rig.db.citizen.findMany({ where: due, orderBy: { externalRef: 'asc' } });
    expect(left.map(({ externalRef }) => externalRef)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => `failing-${i}`),
    );
  });

  it('are recorded once they can be', async () => {
    await rig.db.$executeRaw`ALTER TABLE "Change" DISABLE TRIGGER refuse`;
    expect(await sweep()).toBe(10);
  });
});

describe('Effective Permissions', () => {
  it('show the state of the moment, even before the sweep', async () => {
    const { citizenId } = await rig.recordOne('moment', { validUntil: inMs(HOUR) });
    await rig.age(citizenId, 2 * HOUR);
    const { body, sequence } = await rig.effective('moment');
    expect(body.permissions).toEqual([]);
    expect(sequence).toBe(1);
    await sweep();
  });
});
