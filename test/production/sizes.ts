/** What a delivery takes on disk: in the service's PostgreSQL and in Temporal's two databases, indexes included. */
import { startReceiver } from '../../tools/receiver/receiver';
import { APPLICATION, call, prepareApplication, type Target } from '../crash/load';
import { eventually, mustBe, type Checks } from './checks';
import type { Installation } from './installation';
import type { PostgresServer } from './postgres';
import { on, type Prepare } from './scenario';

/** Changes; each makes two deliveries, of a citizen of its own. */
const CHANGES = 1_500;
const WARM_UP = 150;
const CALLERS = 16;

export async function sizes(prepare: Prepare, checks: Checks): Promise<void> {
  const installation = await prepare();
  const receiver = await startReceiver({ port: 0 });
  await on(installation, async () => {
    await installation.start();
    await prepareApplication(installation.target, receiver.url);
    const deliver = async (from: number, to: number): Promise<void> => {
      await record(installation.target, from, to);
      await eventually(() => mustBe('webhooks', receiver.received.length, to * 2), 300_000);
      await allFinished(installation);
    };
    await deliver(0, WARM_UP);
    const before = await measure(installation);
    await deliver(WARM_UP, WARM_UP + CHANGES);
    const after = await measure(installation);
    await checks.check(`${CHANGES * 2} deliveries were measured`, () => {
      for (const [name, size] of Object.entries(after)) {
        const bytes = (size - (before[name] ?? 0)) / (CHANGES * 2);
        console.log(`  ${name}: ${(bytes / 1_000).toFixed(2)} kB a delivery`);
      }
      return Promise.resolve();
    });
  });
  await receiver.close();
}

async function record(target: Target, from: number, to: number): Promise<void> {
  let next = from;
  const caller = async (): Promise<void> => {
    while (next < to) {
      const externalRef = `citizen-${next++}`;
      const changes = [{ optionType: 'option', optionId: 'a', justification: 'consent', state: 'GRANTED' }];
      const body = { applicationId: APPLICATION, externalRef, changes };
      const answer = await call(target, 'POST', '/permissions/transactions', body);
      mustBe('the answer', answer?.status, 202);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** Temporal has closed every workflow, and its visibility tells so. */
async function allFinished({ temporalPostgres }: Installation): Promise<void> {
  await eventually(async () => {
    const [row] = await temporalPostgres.query<{ open: number }>(
      'temporal_visibility',
      `SELECT count(*)::int AS open FROM executions_visibility WHERE workflow_type_name = 'deliverWebhook' AND status = 1`,
    );
    mustBe('open workflows', row?.open, 0);
  }, 120_000);
}

/** Bytes by what they are for. */
async function measure({ postgres, temporalPostgres }: Installation): Promise<Record<string, number>> {
  const tables = await tablesOf(postgres, 'cpm');
  const sum = (names: readonly string[]): number =>
    names.reduce((size, name) => size + (tables[name] ?? 0), 0);
  const consent = sum(['Citizen', 'Change', 'PermissionTransaction']);
  const deliveries = sum(['Delivery', 'Attempt', 'OrderingKey']);
  return {
    'the service, what CPM_RETENTION purges': deliveries,
    'the service, what is kept of the change and its citizen': consent,
    'the service, all else': sum(Object.keys(tables)) - deliveries - consent,
    "Temporal's histories": await total(temporalPostgres, 'temporal'),
    "Temporal's visibility": await total(temporalPostgres, 'temporal_visibility'),
  };
}

async function tablesOf(server: PostgresServer, database: string): Promise<Record<string, number>> {
  await server.query(database, 'VACUUM ANALYZE');
  const rows = await server.query<{ name: string; size: string }>(
    database,
    `SELECT relname AS name, pg_total_relation_size(oid) AS size FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  return Object.fromEntries(rows.map(({ name, size }) => [name, Number(size)]));
}

const total = async (server: PostgresServer, database: string): Promise<number> =>
  Object.values(await tablesOf(server, database)).reduce((sum, size) => sum + size, 0);
