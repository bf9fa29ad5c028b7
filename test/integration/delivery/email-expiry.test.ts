/** When an e-mail's time is over, by which clock. */
import { recordAttempt } from '../../../src/delivery/attempt/record';
import { databaseNow } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { AttemptSteps, ATTEMPT_TIMES } from '../../harness/attempts';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { withClockAhead } from '../../harness/wrong-clock';

const database = useTestDatabase();

/** A delivery of an e-mail that expires in half a minute. */
async function putEmail(): Promise<string> {
  const { db } = database;
  const subscription = await putSubscription(db);
  const { applicationId } = subscription;
  const [id = ''] = await putDeliveries(db, subscription, [{ status: 'pending' }]);
  const { citizenId } = await db.delivery.findUniqueOrThrow({ where: { id } });
  const expiresAt = new Date((await databaseNow(db)).getTime() + 30_000);
  const optInId = newId();
  const emailId = newId();
  await db.doubleOptIn.create({ data: { id: optInId, applicationId, citizenId, expiresAt } });
  await db.email.create({
    data: { ...{ id: emailId, optInId, type: 'double-opt-in' }, tokenHash: emailId, expiresAt },
  });
  await db.delivery.update({ where: { id }, data: { emailId, updateType: 'citizen-emails' } });
  return id;
}

describe('the wait of an e-mail that was not taken', () => {
  it.each([
    ['fast', 20_000],
    ['slow', -20_000],
  ])('ends with its time by the database’s clock, where that of the worker is %s', async (_, aheadMs) => {
    const { db } = database;
    const id = await putEmail();
    const steps = new AttemptSteps(db);
    const failed = (await steps.attempt(id))('failed');
    const times = { ...ATTEMPT_TIMES, attemptBackoffMs: 3_600_000 };
    const result = await withClockAhead(aheadMs, () =>
      recordAttempt(db, { ...failed, outcome: 'failed' }, times),
    );
    expect(result).toMatchObject({ kind: 'failed' });
    const { nextAttemptAt } = await db.delivery.findUniqueOrThrow({ where: { id } });
    const { expiresAt } = await db.email.findFirstOrThrow({ where: { deliveries: { some: { id } } } });
    expect(Math.abs((nextAttemptAt?.getTime() ?? 0) - expiresAt.getTime())).toBeLessThan(5_000);
  });
});
