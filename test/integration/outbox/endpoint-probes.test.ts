/** An endpoint at which one delivery at a time knocks for all, attempt by attempt and look by look of the sweep. */
import { releaseRecovered } from '../../../src/outbox/early-recovery';
import { knockNow, letKnock, openProbe, probeEndpoints } from '../../../src/outbox/endpoint-probes';
import { holdBack } from '../../../src/outbox/transitions';
import type { Database } from '../../../src/platform/database';
import { createLogger } from '../../../src/platform/logger';
import { readHealth } from '../../../src/subscriptions/health';
import { ATTEMPT_TIMES, AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const INTERVAL_MS = ATTEMPT_TIMES.retryIntervalMs;
const database = useTestDatabase();
let db: Database;
let steps: AttemptSteps;
let subscription: { id: string; applicationId: string };
beforeEach(async () => {
  ({ db } = database);
  await db.subscription.deleteMany();
  await db.orderingKey.deleteMany();
  steps = new AttemptSteps(db);
  subscription = await putSubscription(db);
});

const put = async (): Promise<string> =>
  (await putDeliveries(db, subscription, [{ status: 'pending' }]))[0] ?? '';
const row = (id: string) => db.delivery.findUniqueOrThrow({ where: { id } });
const probe = () => db.endpointProbe.findUnique({ where: { subscriptionId: subscription.id } });
/** An attempt of the worker, or none where it is held back. Answers whether it was made. */
async function attempt(id: string, outcome: 'delivered' | 'failed'): Promise<boolean> {
  const loaded = await steps.load(id);
  if (loaded.heldBack) {
    expect(await holdBack(db, loaded, INTERVAL_MS)).toBeGreaterThan(0);
    return false;
  }
  await steps.statements.record((await steps.attempt(id))(outcome));
  if (outcome === 'failed')
    await openProbe(db, { subscriptionId: subscription.id, deliveryId: id }, INTERVAL_MS);
  return true;
}
/** A look of the sweep, so much later. Answers with who knocks. */
async function look(ms: number, byDefault = true): Promise<string | undefined> {
  await db.$executeRaw`UPDATE "EndpointProbe" SET "nextKnockAt" = "nextKnockAt" - ${ms}::float8 * interval '1 millisecond'`;
  await probeEndpoints(db, byDefault, INTERVAL_MS);
  const [told] = await db.delivery.findMany({ where: { outboxAction: 'retryNow' } });
  await db.delivery.updateMany({ data: { outboxAction: null, outboxDueAt: null } });
  return told?.id;
}
/** Four of which all but the first two are held back. */
async function failing(): Promise<string[]> {
  const ids = [await put(), await put(), await put(), await put()];
  const made: boolean[] = [];
  for (const id of ids) made.push(await attempt(id, 'failed'));
  expect(made).toEqual([true, true, false, false]);
  for (const id of ids.slice(0, 2)) expect(await attempt(id, 'failed')).toBe(false);
  return ids;
}

describe('an endpoint that fails', () => {
  it('is probed once a second delivery has failed too, and others make no request', async () => {
    const [, , third = ''] = await failing();
    const held = await row(third);
    expect(held).toMatchObject({ status: 'waiting', attemptCount: 0, awaitsRecovery: true });
    const waits = (held.nextAttemptAt?.getTime() ?? 0) - Date.now();
    expect(waits).toBeGreaterThan(INTERVAL_MS - 60_000);
    const health = (await readHealth(db, [subscription.id])).get(subscription.id);
    expect(health?.nextAttemptAt).toBe((await probe())?.nextKnockAt.toISOString());
  });

  it('is not probed for the failures of one delivery, nor where others arrive', async () => {
    const alone = await put();
    for (let n = 0; n < 3; n++) expect(await attempt(alone, 'failed')).toBe(true);
    expect(await probe()).toBeNull();
    await attempt(await put(), 'delivered');
    await attempt(alone, 'failed');
    expect(await probe()).toBeNull();
  });

  it('gets six single attempts an interval, each of another delivery', async () => {
    const ids = await failing();
    expect(await look(0)).toBeUndefined();
    const knocked: string[] = [];
    for (let n = 0; n < 6; n++) {
      const id = (await look(INTERVAL_MS / 6)) ?? '';
      knocked.push(id);
      expect(await look(0)).toBeUndefined();
      for (const other of ids.filter((each) => each !== id))
        expect((await steps.load(other)).heldBack).toBe(true);
      expect(await attempt(id, 'failed')).toBe(true);
      expect(await attempt(id, 'failed')).toBe(false);
    }
    expect(new Set(knocked.slice(0, 4))).toEqual(new Set(ids));
    expect(knocked.slice(4)).toEqual(knocked.slice(0, 2));
  });

  it('is probed no more once one arrives, and what waits is released, also that held back just then', async () => {
    const ids = await failing();
    const knocks = (await look(INTERVAL_MS / 6)) ?? '';
    await attempt(knocks, 'delivered');
    const late = await put();
    expect(await attempt(late, 'failed')).toBe(false);
    await look(0);
    expect(await probe()).toBeNull();
    const settings = { earlyRecovery: false, halfOpenProbing: true };
    await releaseRecovered(db, settings, createLogger('silent', 'test'));
    const told = await db.delivery.findMany({ where: { outboxAction: 'retryNow' } });
    const waiting = [...ids, late].filter((id) => id !== knocks);
    expect(told.map(({ id }) => id).sort()).toEqual(waiting.sort());
    expect((await steps.load(late)).heldBack).toBe(false);
  });

  it('gets an attempt at once of a delivery that an operator retries, and when it is changed', async () => {
    const [first = '', second = ''] = await failing();
    await db.$transaction((tx) => letKnock(tx, second));
    expect([(await steps.load(first)).heldBack, await attempt(second, 'failed')]).toEqual([true, true]);
    expect(await db.$transaction((tx) => knockNow(tx, subscription.id))).toBe(true);
    expect(await look(0)).toBeDefined();
  });

  it('is probed no more once that is turned off', async () => {
    const [first = ''] = await failing();
    await look(0, false);
    expect([await probe(), (await steps.load(first)).heldBack]).toEqual([null, false]);
  });
});
