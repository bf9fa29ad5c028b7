import type { Receiver } from '../../tools/receiver/receiver';
import { bodyOf, eventually, TestService } from '../harness/service';

const THREE_DAYS_MS = 3 * 86_400_000;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({}, 2);
});
afterAll(() => service.stop());

interface Told {
  readonly state: string | null;
  readonly at: Date;
}

interface Subscribed {
  readonly app: string;
  readonly receipts: () => Told[];
  readonly full: () => string[][];
}

async function subscribed(): Promise<Subscribed> {
  const app = await service.application();
  const receiver: Receiver = await service.receiver();
  await service.subscribe(app, `${receiver.url}/receipts`);
  await service.subscribe(app, `${receiver.url}/full`, { updateType: 'effective-permission' });
  const to = (path: string): { at: Date; states: (string | null)[] }[] =>
    receiver.received
      .filter((webhook) => webhook.path === path)
      .map((webhook) => {
        const { permissions } = bodyOf(webhook) as { permissions: { state: string | null }[] };
        return { at: webhook.at, states: permissions.map(({ state }) => state) };
      });
  return {
    app,
    receipts: () => to('/receipts').flatMap(({ at, states }) => states.map((state) => ({ at, state }))),
    full: () => to('/full').map(({ states }) => states as string[]),
  };
}

const states = (told: readonly Told[]): (string | null)[] => told.map(({ state }) => state);
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Awaits a moment, by the clock of this machine, which is the database's too. */
const untilAfter = (moment: string): Promise<void> =>
  eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(moment)));

/**
 * Awaits the end of another citizen's consent, two seconds from now. Every sweep has run at least once more by then, so an
 * end that would be sent twice has been.
 */
async function untilAnotherEnds({ app, receipts }: Subscribed): Promise<void> {
  const before = receipts().length;
  await service.consent(app, 'ben', 'GRANTED', { validUntil: inMs(2_000) });
  await eventually(() => expect(receipts().length).toBeGreaterThanOrEqual(before + 2));
}

describe('consent that ends by itself', () => {
  it('goes out to both subscriptions within seconds of the moment, once, with two workers', async () => {
    const told = await subscribed();
    const { app, receipts, full } = told;
    const validUntil = inMs(3_000);
    await service.consent(app, 'anna', 'GRANTED', { validUntil });
    await eventually(() => expect(states(receipts())).toEqual(['GRANTED', null]));
    await eventually(() => expect(full()).toEqual([['GRANTED'], []]));
    const late = (receipts()[1]?.at.getTime() ?? 0) - Date.parse(validUntil);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(10_000);
    await untilAnotherEnds(told);
    await eventually(() => expect([receipts().length, full().length]).toEqual([4, 4]));
  });

  it('in three days does so then, once, though every worker is restarted in between', async () => {
    const told = await subscribed();
    const { app, receipts, full } = told;
    const { citizenId } = await service.consent(app, 'anna', 'GRANTED', { validUntil: inMs(THREE_DAYS_MS) });
    await eventually(() => expect([states(receipts()), full()]).toEqual([['GRANTED'], [['GRANTED']]]));
    await service.stopWorkers();
    await letPass(citizenId, THREE_DAYS_MS - 2_000);
    await Promise.all([service.addWorker(), service.addWorker()]);
    await eventually(() => expect(states(receipts())).toEqual(['GRANTED', null]));
    await service.stopWorkers();
    await Promise.all([service.addWorker(), service.addWorker()]);
    await untilAnotherEnds(told);
    expect(states(receipts())).toEqual(['GRANTED', null, 'GRANTED', null]);
    await eventually(() => expect(full()).toHaveLength(4));
    // The other's is sent as it is by then, which may be after its end.
    expect(full().slice(0, 2)).toEqual([['GRANTED'], []]);
    expect(await service.db.change.count({ where: { citizenId } })).toBe(2);
  });

  it('that ended while no worker ran goes out when one does', async () => {
    const { app, receipts } = await subscribed();
    await service.stopWorkers();
    const validUntil = inMs(2_000);
    await service.consent(app, 'anna', 'GRANTED', { validUntil });
    await untilAfter(validUntil);
    await Promise.all([service.addWorker(), service.addWorker()]);
    await eventually(() => expect(states(receipts())).toEqual(['GRANTED', null]));
  });
});

describe('consent that begins later', () => {
  it('goes out at that moment, and not before', async () => {
    const { app, receipts, full } = await subscribed();
    const validFrom = inMs(5_000);
    await service.consent(app, 'anna', 'DENIED');
    const ahead = await service.consent(app, 'anna', 'GRANTED', { validFrom });
    expect(ahead.deliveries).toEqual([]);
    await eventually(() => expect(states(receipts())).toEqual(['DENIED', 'GRANTED']));
    await eventually(() => expect(full()).toEqual([['DENIED'], ['GRANTED']]));
    expect(receipts()[1]?.at.getTime()).toBeGreaterThanOrEqual(Date.parse(validFrom));
  });
});

/** What is stored of a citizen's consent becomes older. */
async function letPass(citizenId: string, ms: number): Promise<void> {
  const passed = `${ms} milliseconds`;
  await service.db.$transaction([
    service.db.$executeRaw`
      UPDATE "PermissionTransaction" SET "recordedAt" = "recordedAt" - ${passed}::interval,
        "obtainedAt" = "obtainedAt" - ${passed}::interval, "validUntil" = "validUntil" - ${passed}::interval
      WHERE "citizenId" = ${citizenId}::uuid`,
    service.db.$executeRaw`
      UPDATE "Citizen" SET "evaluatedAt" = "evaluatedAt" - ${passed}::interval,
        "nextTransitionAt" = "nextTransitionAt" - ${passed}::interval WHERE "id" = ${citizenId}::uuid`,
  ]);
}
