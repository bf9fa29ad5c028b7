/** Attempts that were not made, or given up, for a reason of ours. */
import { randomBytes } from 'node:crypto';
import { newestAttempts } from '../../../src/delivery/attempt-log';
import { closeGivenBack } from '../../../src/delivery/attempt/record';
import { readStatistics } from '../../../src/delivery/statistics';
import { createSealer } from '../../../src/platform/encryption';
import { readHealth } from '../../../src/subscriptions/health';
import { AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const database = useTestDatabase();

describe('an attempt that was given back', () => {
  it('is no failure: not in its outcome, nor in health and statistics', async () => {
    const { db } = database;
    const subscription = await putSubscription(db);
    const [id = ''] = await putDeliveries(db, subscription, [{ status: 'pending' }]);
    const ended = await new AttemptSteps(db).attempt(id);
    await closeGivenBack(db, ended('failed'), 'not sent: our database was too slow');
    const delivery = await db.delivery.findUniqueOrThrow({ where: { id } });
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
