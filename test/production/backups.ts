/** Each database is lost, or put back to an older state, with deliveries waiting; docs/production.md is followed word for word. */
import { eventually, mustBe, type Checks } from './checks';
import type { Installation } from './installation';
import { on, Traffic, type Prepare } from './scenario';

export async function backups(prepare: Prepare, checks: Checks): Promise<void> {
  const installation = await prepare();
  await on(installation, async () => {
    await installation.start();
    const traffic = await Traffic.start(installation);
    try {
      // Temporal does not know of a pooler.
      if (!installation.pgBouncer) {
        await checks.check('Temporal loses everything: nothing is lost', () =>
          loseTemporal(installation, traffic),
        );
        await checks.check(
          'an older Temporal is restored: nothing is lost, nothing finished is sent again',
          () => restoreTemporal(installation, traffic),
        );
      }
      await checks.check(
        "an older copy of the service's database is restored: what waited then is delivered",
        () => restoreService(installation, traffic),
      );
    } finally {
      await traffic.close();
    }
  });
}

/** Has some deliveries wait for a receiver that fails. */
async function letSomeWait(traffic: Traffic, installation: Installation): Promise<void> {
  traffic.receiverWorks(false);
  await traffic.forSeconds(4);
  await eventually(async () => {
    if ((await countWaiting(installation)) < 5) throw new Error('fewer than five deliveries wait');
  });
}

async function countWaiting({ postgres }: Installation): Promise<number> {
  const [row] = await postgres.query<{ count: number }>(
    'cpm',
    `SELECT count(*)::int FROM "Delivery" WHERE "status" IN ('waiting', 'blocked')`,
  );
  return row?.count ?? 0;
}

async function loseTemporal(installation: Installation, traffic: Traffic): Promise<void> {
  const { temporal, temporalPostgres } = installation;
  await letSomeWait(traffic, installation);
  await traffic.during(async () => {
    await temporal.process.stop();
    for (const name of ['temporal', 'temporal_visibility'])
      await temporalPostgres.query('postgres', `DROP DATABASE ${name} WITH (FORCE)`);
    await temporalPostgres.process.stop();
    await installation.startTemporal();
    await installation.ready();
  });
  traffic.receiverWorks(true);
  console.log(`  ${await traffic.mustBeRight()} repeated`);
}

async function restoreTemporal(installation: Installation, traffic: Traffic): Promise<void> {
  const { temporal } = installation;
  await letSomeWait(traffic, installation);
  await installation.follow('Backing up');
  traffic.receiverWorks(true);
  await traffic.forSeconds(2); // unknown to the backup
  await traffic.untilDelivered();
  const arrived = traffic.receiver.received.length;
  await temporal.process.stop();
  await installation.follow('Restoring an older Temporal');
  temporal.process.start();
  await eventually(async () => {
    if (!(await temporal.answers())) throw new Error('Temporal does not answer');
  });
  await installation.ready();
  await traffic.forSeconds(2);
  await traffic.untilDelivered();
  const again = traffic.receiver.received.slice(arrived).filter(({ known }) => known).length;
  mustBe('finished deliveries that were sent again', again, 0);
  console.log(`  ${await traffic.mustBeRight()} repeated`);
}

async function restoreService(installation: Installation, traffic: Traffic): Promise<void> {
  await letSomeWait(traffic, installation);
  await installation.follow('Backing up');
  const waiting = await installation.postgres.query<{ id: string }>(
    'cpm',
    `SELECT "id" FROM "Delivery" WHERE "status" NOT IN ('delivered', 'cancelled', 'expired')`,
  );
  traffic.receiverWorks(true);
  await traffic.untilDelivered();
  await traffic.forSeconds(2); // unknown to the backup
  await traffic.mustBeRight();
  const since = traffic.receiver.received.length;
  await installation.stopParts();
  await installation.follow("Restoring the service's database");
  await installation.startParts();
  const ids = new Set(waiting.map(({ id }) => id));
  await eventually(async () => {
    const rows = await installation.postgres.query<{ id: string }>(
      'cpm',
      `SELECT "id" FROM "Delivery" WHERE "status" NOT IN ('delivered', 'cancelled', 'expired')`,
    );
    mustBe('what waited then and still waits', rows.filter(({ id }) => ids.has(id)).length, 0);
  }, 120_000);
  const repeated = traffic.receiver.received.slice(since);
  // What is in effect now has a higher number, so that Effective Permissions say it under an id of its own.
  const others = repeated.filter(
    ({ known, headers }) => !known && headers['x-cpm-update-type'] !== 'effective-permission',
  );
  mustBe('receipts that were sent again under another id', others.length, 0);
  console.log(`  ${waiting.length} waited then; ${repeated.length} webhooks were sent again`);
  await traffic.countAnew();
  await traffic.forSeconds(3);
  await traffic.mustBeRight(); // no number has fallen, and every receiver holds what is in effect
}
