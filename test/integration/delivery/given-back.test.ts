/** Attempts that were not made, or given up, for a reason of ours. */
import { randomBytes } from 'node:crypto';
import { newestAttempts } from '../../../src/delivery/attempt-log';
import { makeAttempt } from '../../../src/delivery/attempt/make-attempt';
import { closeGivenBack } from '../../../src/delivery/attempt/record';
import { createAttemptStatements, type AttemptStatements } from '../../../src/delivery/attempt/statements';
import { AttemptMetrics } from '../../../src/delivery/attempt/metrics';
import { ProcessMetrics } from '../../../src/platform/metrics';
import { EndpointWatch } from '../../../src/delivery/endpoint-watch';
import { GivenBackError } from '../../../src/delivery/http/post';
import { readStatistics } from '../../../src/delivery/statistics';
import { createSealer } from '../../../src/platform/encryption';
import type { Logger } from '../../../src/platform/logger';
import { newSigningKey } from '../../../src/platform/signing-key';
import { readHealth } from '../../../src/subscriptions/health';
import { ATTEMPT_TIMES, AttemptSteps } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { ALL } from '../../harness/visibility';

const database = useTestDatabase();

type Begin = AttemptStatements['begin'];

/** Makes an attempt that is begun in another way. */
async function attemptBegunBy(
  id: string,
  wrap: (begin: Begin) => Begin,
  logged: object[] = [],
): Promise<unknown> {
  const { db } = database;
  const sealer = createSealer([randomBytes(32)]);
  await db.subscription.updateMany({
    data: { signingSecretSealed: sealer.seal(newSigningKey('hmac'), 'signing-secret') },
  });
  // Effective Permissions, whose body is rendered now.
  await db.delivery.update({ where: { id }, data: { updateType: 'effective-permission' } });
  const statements = createAttemptStatements(db, ATTEMPT_TIMES);
  const nothingLeaves = (): Promise<never> => Promise.reject(new Error('nothing is to be sent'));
  return makeAttempt(
    {
      ...{
        db,
        sealer,
        times: ATTEMPT_TIMES,
        halfOpenProbing: false,
        watch: new EndpointWatch(ATTEMPT_TIMES.requestTimeoutMs),
        tokens: { take: nothingLeaves },
        metrics: new AttemptMetrics(new ProcessMetrics()),
      },
      statements: { ...statements, begin: wrap((attempt) => statements.begin(attempt)) },
      poster: { post: nothingLeaves, close: () => Promise.resolve() },
      logger: { warn: (about: object) => void logged.push(about) } as unknown as Logger,
      outboxChanged: () => undefined,
    },
    id,
    { inline: false },
  );
}

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

  it.each<[string, (begin: Begin) => Begin]>([
    [
      'is written down, but its answer is lost',
      (begin) => (attempt) => begin(attempt).then(() => Promise.reject(new Error('connection lost'))),
    ],
    ['is not written down', () => () => Promise.reject(new Error('connection lost'))],
  ])('holds up nobody where it %s', async (_, wrap) => {
    const { db } = database;
    const [id = ''] = await putDeliveries(db, await putSubscription(db), [{ status: 'pending' }]);
    const logged: object[] = [];
    expect(await attemptBegunBy(id, wrap, logged)).toEqual({ kind: 'busy', retryInMs: 500 });
    const { changeId, subscriptionId } = await db.delivery.findUniqueOrThrow({ where: { id } });
    const attemptId = expect.any(String) as string;
    expect(logged).toEqual([
      expect.objectContaining({ deliveryId: id, changeId, subscriptionId, attemptId }),
    ]);
    const steps = new AttemptSteps(db);
    expect(await steps.load(id)).toMatchObject({ inFlight: null, attemptCount: 0 });
    expect(await steps.begin(await steps.load(id))).toMatchObject({ attempt: 1 });
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
    expect(await readStatistics(db, ALL, subscription.id, { buckets: 1 })).toMatchObject([
      { delivered: 0, failed: 0, p50Ms: null, p95Ms: null },
    ]);
    expect(delivery.cycleFailures).toBe(0);
  });
});
