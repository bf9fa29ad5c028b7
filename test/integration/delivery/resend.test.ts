/** A resend beside the end of what it needs. */
import { randomBytes } from 'node:crypto';
import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import { resendDelivery } from '../../../src/delivery/actions';
import { createSealer } from '../../../src/platform/encryption';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { eventually } from '../../harness/service';
import { ALL } from '../../harness/visibility';

const database = useTestDatabase();
const sealer = createSealer([randomBytes(32)]);

const waitingForLocks = async (): Promise<number> => {
  const [row] = await database.db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM pg_stat_activity
    WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`;
  return row?.count ?? 0;
};

it('a resend that waits for the deletion of its citizen is refused, and holds up no last webhook', async () => {
  const { db } = database;
  const [id = ''] = await putDeliveries(db, await putSubscription(db), [{ status: 'delivered' }]);
  const { citizenId } = await db.delivery.update({
    where: { id },
    data: { updateType: 'effective-permission' },
  });
  await db.citizen.update({ where: { id: citizenId }, data: { lastSequence: 1 } });
  let resend: Promise<unknown> = Promise.resolve();
  await db.$transaction(async (tx) => {
    await deleteCitizen(tx, ALL, sealer, citizenId);
    resend = expect(db.$transaction((other) => resendDelivery(other, ALL, id))).rejects.toMatchObject({
      code: 'citizen_deleted',
    });
    await eventually(async () => expect(await waitingForLocks()).toBe(1));
  });
  await resend;
  expect(await db.delivery.findUnique({ where: { id } })).toMatchObject({ status: 'delivered' });
});
