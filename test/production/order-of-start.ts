/** Each part is started first, alone: it says what it waits for, and goes on when that comes. */
import { eventually, type Checks } from './checks';
import type { Installation } from './installation';
import { on, Traffic, type Prepare } from './scenario';
import type { Supervised } from './supervised';

export async function orderOfStart(prepare: Prepare, checks: Checks): Promise<void> {
  const installation = await prepare();
  await on(installation, () => play(installation, checks));
}

async function play(installation: Installation, checks: Checks): Promise<void> {
  const { apis, workers, temporal, pgBouncer } = installation;
  const [api, worker] = [apis[0], workers[0]];
  if (!api || !worker) throw new Error('the installation has no parts');
  const parts = [...apis, ...workers];
  parts.forEach((part) => part.start());
  pgBouncer?.start();
  const awaits = async (what: string, ...of: readonly Supervised[]): Promise<void> => {
    for (const part of of) await eventually(() => mustSay(part, what), 90_000);
  };
  await checks.check('API and worker wait for PostgreSQL, and say where', () =>
    awaits('waiting: PostgreSQL ', api, worker),
  );
  const migrating = installation.migrate();
  migrating.catch(() => undefined); // of the check below
  await checks.check(
    'they wait for their role, their rights and the schema once PostgreSQL is there',
    async () => {
      await installation.startPostgres();
      await awaits(pgBouncer ? 'waiting: ' : 'does not let the role of DATABASE_URL in yet', api, worker);
    },
  );
  await checks.check('migrate, which was started before PostgreSQL, waits until it can go on', async () => {
    await migrating.catch((error: unknown) => {
      // Without its role it is refused, and says so; with the roles it goes on.
      if (!/password authentication failed|does not let/.test(String(error))) throw error;
    });
    await installation.createRoles();
    await installation.migrate();
  });
  await checks.check('an API accepts changes before there is a Temporal', async () => {
    await awaits('API started', ...apis);
  });
  await checks.check('a worker waits for Temporal, and says where', () =>
    awaits(`waiting: Temporal does not answer at ${temporal.address} (TEMPORAL_ADDRESS`, ...workers),
  );
  await checks.check('Temporal is started again by its supervisor until its database is there', async () => {
    temporal.process.start();
    await eventually(() => mustSay(temporal.process, 'connect'), 30_000);
    installation.temporalPostgres.process.start();
    await eventually(() => mustAnswer(installation.temporalPostgres), 30_000);
    await installation.makeTemporalSchema();
    await eventually(() => mustAnswer(temporal), 60_000);
  });
  await checks.check('a worker waits for its namespace, and says how to make it', () =>
    awaits(
      `temporal operator namespace create --address ${temporal.address} --namespace default`,
      ...workers,
    ),
  );
  await checks.check('all work once the namespace is there', async () => {
    await installation.makeNamespace();
    await installation.ready();
    const traffic = await Traffic.start(installation);
    await traffic.forSeconds(3);
    await traffic.mustBeRight();
    await traffic.close();
  });
  await checks.check('times are right whatever the zone of the server is', async () => {
    const [row] = await installation.postgres.query<{ secondsAgo: number }>(
      'cpm',
      `SELECT extract(epoch FROM now() - max("recordedAt"))::float AS "secondsAgo" FROM "Change"`,
    );
    if (!(Math.abs(row?.secondsAgo ?? NaN) < 120)) throw new Error(`recorded ${row?.secondsAgo} s ago`);
  });
  await checks.check('the jobs change nothing when they are run again', async () => {
    await installation.makeTemporalSchema();
    await installation.makeNamespace();
    await installation.migrate();
  });
}

function mustSay(part: Supervised, what: string): void {
  if (!part.said.includes(what)) throw new Error(`it has not said "${what}":\n${part.said.slice(-2_000)}`);
}

async function mustAnswer(server: { answers(): Promise<boolean> }): Promise<void> {
  if (!(await server.answers())) throw new Error('it does not answer');
}
