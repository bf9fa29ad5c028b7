/**
 * What is done to a subscription for which many deliveries wait: answered at once, and carried out batch by batch. No statement reads
 * more than a few batches, so that neither the call nor anybody else waits the longer, the more there are.
 */
import { Client } from 'pg';
import { processBulkSignals } from '../../../src/outbox/bulk-signals';
import { createLogger } from '../../../src/platform/logger';
import { ApiRig } from '../../harness/api';
import { nodesOf, recordPlans, type PlanRecorder } from '../../harness/plans';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

/** CPM_TEST_WAITING=50000 has as many. */
const WAITING = Number(process.env.CPM_TEST_WAITING ?? 4_500);
/** Deliveries of each citizen: the first waits, the others are blocked behind it. */
const EACH = 3;
/** What a batch looks at, and some. */
const MOST_ROWS = 2_500;

const logger = createLogger('silent', 'test');
let postgres: TestPostgres;
let recorder: PlanRecorder;
let api: ApiRig;
beforeAll(async () => {
  postgres = await startTestPostgres();
  recorder = await recordPlans(postgres.url);
  await useIndexes();
  api = await ApiRig.start({}, { url: recorder.url, stop: () => Promise.resolve() });
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(async () => {
  await api?.stop();
  await recorder?.stop();
  await postgres?.stop();
});

/** As with a table of a million rows: this one is small enough to be read as a whole. */
async function useIndexes(): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const database = new URL(postgres.url).pathname.slice(1);
  for (const setting of ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin'])
    await client.query(`ALTER DATABASE "${database}" SET ${setting} = off`);
  await client.end();
}

async function subscriptionWithManyWaiting(): Promise<string> {
  const { body } = await api.call('POST', '/v1/subscriptions', {
    body: {
      ...{ applicationId: 'shop', name: 'CRM', url: 'https://example.com/hook' },
      updateType: 'consent-receipts',
    },
  });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `WITH citizen AS (
       INSERT INTO "Citizen" ("id", "applicationId", "externalRef", "lastSequence")
       SELECT gen_random_uuid(), 'shop', gen_random_uuid()::text, $2::int FROM generate_series(1, $1::int / $2::int) RETURNING "id"
     ), change AS (
       INSERT INTO "Change" ("id", "citizenId", "sequence", "kind", "recordedAt")
       SELECT gen_random_uuid(), c."id", n, 'recorded', now() FROM citizen c, generate_series(1, $2::int) n RETURNING *
     )
     INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status",
       "createdAt", "attemptCount", "cycle", "nextAttemptAt", "awaitsRecovery")
     SELECT gen_random_uuid(), $3, 'shop', "citizenId", "id", "sequence", 'consent-receipts',
       CASE WHEN "sequence" = 1 THEN 'waiting' ELSE 'blocked' END, now() - random() * interval '1 day', 3, 1,
       now() + interval '1 hour', true FROM change`,
    [WAITING, EACH, body.id],
  );
  await client.query('VACUUM ANALYZE');
  await client.end();
  return body.id;
}

/** Scans that have read too many rows, each with its statement; what is counted from an index alone is bounded by itself. */
const tooMuch = (): string[] =>
  recorder.take().flatMap(({ sql, plan }) =>
    nodesOf(plan)
      .filter((node) => node['Relation Name'] === 'Delivery' && node['Node Type'] !== 'Index Only Scan')
      .filter(
        (node) =>
          (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] > MOST_ROWS,
      )
      .map((node) => `${node['Node Type']}: ${sql}`),
  );

const countOf = (subscriptionId: string, which: object): Promise<number> =>
  api.db.delivery.count({ where: { subscriptionId, ...which } });

/** Runs the batches of the sweep to their end; how many. */
async function batches(): Promise<number> {
  let run = 0;
  while ((await processBulkSignals(api.db, logger)) > 0) run += 1;
  return run;
}

describe(`a subscription for which ${WAITING.toLocaleString('en')} deliveries wait`, () => {
  let id: string;
  beforeAll(async () => {
    id = await subscriptionWithManyWaiting();
    recorder.take();
  });

  it.each([
    ['paused', { status: 'paused' }],
    ['resumed', { status: 'active' }],
    ['moved', { url: 'https://example.com/other' }],
  ])('is %s at once, and every delivery that has begun hears of it', async (_, patch) => {
    await api.db.delivery.updateMany({ where: { subscriptionId: id }, data: { outboxAction: null } });
    recorder.take();
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: patch })).status).toBe(200);
    expect(await batches()).toBeGreaterThan(1);
    expect(tooMuch()).toEqual([]);
    expect(await countOf(id, { outboxAction: 'subscriptionChanged' })).toBe(WAITING / EACH);
  });

  it('is retried at once', async () => {
    await api.db.delivery.updateMany({ where: { subscriptionId: id }, data: { outboxAction: null } });
    recorder.take();
    const { status, body } = await api.call('POST', `/v1/subscriptions/${id}/retry`);
    expect([status, body]).toEqual([202, { woken: WAITING / EACH }]);
    await batches();
    expect(tooMuch()).toEqual([]);
    expect(await countOf(id, { outboxAction: 'retryNow' })).toBe(WAITING / EACH);
  });

  it('is deleted at once, and every delivery is cancelled', async () => {
    expect((await api.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204);
    expect(await batches()).toBeGreaterThan(1);
    expect(tooMuch()).toEqual([]);
    expect(await countOf(id, { status: 'cancelled' })).toBe(WAITING);
  });
});
