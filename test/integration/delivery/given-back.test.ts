/** Attempts that were not made, or given up, for a reason of ours. */
import { randomBytes } from 'node:crypto';
import { newestAttempts } from '../../../src/delivery/attempt-log';
import { closeGivenBack } from '../../../src/delivery/attempt/record';
import { GivenBackError } from '../../../src/delivery/http/post';
import { readStatistics } from '../../../src/delivery/statistics';
import { createSealer } from '../../../src/platform/encryption';
import { readHealth } from '../../../src/subscriptions/health';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const database = useTestDatabase();

const NOT_SENT = new GivenBackError('not sent: our database was too slow', false);

describe('an attempt that was given back', () => {
  it.each([
    ['gives its number to the next where nothing was sent', false, [1]],
    ['keeps its number where the receiver may have seen it', true, [1, 2]],
  ])('%s', async (_, mayHaveArrived, numbers) => {
    const { db } = database;
    const [id = ''] = await putDeliveries(db, await putSubscription(db), [{ status: 'pending' }]);
    const steps = new AttemptSteps(db);
    const first = (await steps.attempt(id))('failed');
    await closeGivenBack(db, first, new GivenBackError('given up', mayHaveArrived));
    const next = (await steps.attempt(id))('delivered');
    await steps.statements.record(next);
    const { attemptCount, status } = await db.delivery.findUniqueOrThrow({ where: { id } });
    expect({ attemptCount, status }).toEqual({ attemptCount: numbers.length, status: 'delivered' });
    const attempts = await db.attempt.findMany({ where: { deliveryId: id }, orderBy: { attempt: 'asc' } });
    expect(attempts.map(({ attempt }) => attempt)).toEqual(numbers);
    expect(attempts.at(-1)).toMatchObject({ id: next.attemptId, outcome: 'delivered', error: null });
  });

  it('is no failure: not in its outcome, nor in health and statistics', async () => {
    const { db } = database;
    const subscription = await putSubscription(db);
    const [id = ''] = await putDeliveries(db, subscription, [{ status: 'pending' }]);
    const ended = await new AttemptSteps(db).attempt(id);
    await closeGivenBack(db, ended('failed'), NOT_SENT);
    const delivery = await db.delivery.findUniqueOrThrow({ where: { id }, include: { citizen: true } });
    const { attempts } = await newestAttempts(db, createSealer([randomBytes(32)]), delivery);
    expect(attempts).toMatchObject([
      { outcome: 'given-back', error: 'not sent: our database was too slow', statusCode: null },
    ]);
    const health = (await readHealth(db, [subscription.id])).get(subscription.id);
    expect(health).toMatchObject({ lastFailureAt: null, lastError: null, waiting: 1 });
    expect(await readStatistics(db, subscription.id, { buckets: 1 })).toMatchObject([
      { delivered: 0, failed: 0, p50Ms: null, p95Ms: null },
    ]);
    expect(delivery.cycleFailures).toBe(0);
  });
});
