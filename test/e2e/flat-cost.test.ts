/**
 * What the service costs does not grow with what it keeps: on a filled database no statement reads a table that grows from end
 * to end, reads more of it than its work is made of, or sorts many rows. The real services are driven, and PostgreSQL tells
 * how it executed each of their statements, so a new one is held to this by itself.
 *
 * CPM_TEST_DELIVERIES=1000000 fills the database with as many; the default keeps `npm test` short.
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { openDatabase } from '../../src/platform/database';
import { openSealer } from '../../src/platform/key-ring';
import { MOST_COUNTED } from '../../src/platform/most-counted';
import { ApiRig } from '../harness/api';
import { Mailbox, press } from '../harness/double-opt-in';
import { sendAllExamples } from '../harness/newcomer';
import { OpenApi } from '../harness/openapi';
import { nodesOf, recordPlans, type ExecutedStatement, type PlanRecorder } from '../harness/plans';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';
import { startTestPostgres, type TestPostgres } from '../harness/stack';
import { fillDatabase, type Volume } from '../harness/volume';
import { FLAT_READS } from '../harness/volume-reads';

const DELIVERIES = Number(process.env.CPM_TEST_DELIVERIES ?? 60_000);
/** More than any batch, less than any share of a filled table. */
const MOST_ROWS = 2_500;
/** What waits and what a day has, of a database filled as this one is: views count them, whatever else is kept. */
const MOST_SHOWN = Math.max(MOST_COUNTED, DELIVERIES / 20);
/** Enough for a connection to decide between a generic plan and one for each set of values. */
const ROUNDS = 8;

/** Tables that do not grow with citizens and deliveries. Every other one does, a new one too. */
const BOUNDED = new Set([
  ...['Application', 'Option', 'OptionGroup', 'OptionGroupMember', 'PrivacyPolicy', 'PermissionStatement'],
  ...[
    'Preference',
    'PreferenceChoice',
    'EmailTemplate',
    'Subscription',
    'SkippedCount',
    'BulkSignal',
    'BulkAction',
    'Erasure', // those under way
    'Resync',
  ],
  ...['Reconciliation', 'ApiKey', 'Administrator', 'Session', 'SealingKey', 'AccessToken'],
  '_prisma_migrations', // one for each migration of this version
  ...['EndpointRecovery', 'EndpointProbe'], // endpoints that work again just now, or fail
  ...['AlertTold', 'AlertMessage'], // of those and of an hour a dozen
  'Alert', // one an hour for each subscription and kind at the most, as long as the retention
  'JournalPurge', // one for an application
  'JournalEntry_position_seq', // one row
  'PasswordLink', // one for an administrator at the most
  '_prisma_migrations', // some with each version
]);

const ENCRYPTION_KEY = randomBytes(32);

let postgres: TestPostgres;
let recorder: PlanRecorder;
let volume: Volume;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const db = openDatabase(postgres.url);
  await openSealer(db, [ENCRYPTION_KEY]); // as the first start does: nothing stored is asked for its key then
  await db.$disconnect();
  const begun = Date.now();
  volume = await fillDatabase(postgres.url, { deliveries: DELIVERIES, citizens: DELIVERIES / 5 });
  report(`${DELIVERIES} deliveries written in ${Math.round((Date.now() - begun) / 1_000)} s`);
  recorder = await recordPlans(postgres.url);
});
afterAll(async () => {
  await recorder?.stop();
  await postgres?.stop();
});

/** Statements that read or sorted too much, each with what. */
function tooMuch(executed: readonly ExecutedStatement[], mostRows: number): string[] {
  const found = executed.flatMap(({ sql, plan }) =>
    nodesOf(plan).flatMap((node) => {
      const { 'Node Type': type, 'Relation Name': table = '' } = node;
      const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
      const isRead = table !== '' && !BOUNDED.has(table);
      if (isRead && type === 'Seq Scan' && rows > 0) return [`all of ${table}: ${sql}`];
      return rows > mostRows && (isRead || type.endsWith('Sort')) ? [`${type} ${table}: ${sql}`] : [];
    }),
  );
  return [...new Set(found)];
}

/** The connection of the API, the worker or a rig: through the recorder, and the database outlives it. */
const recorded = (): TestPostgres => ({ url: recorder.url, stop: () => Promise.resolve() });

describe('with a filled database, no table that grows is read or sorted as a whole', () => {
  it('by any operation of the API', async () => {
    const api = await ApiRig.start({}, recorded());
    const sent = await sendAllExamples(api, await OpenApi.read(api.url));
    expect(sent.filter(({ problems }) => problems.length > 0)).toEqual([]);
    await api.stop();
    expect(tooMuch(recorder.take(), MOST_COUNTED)).toEqual([]);
  });

  it('by the lists and views that the admin UI asks for again and again, nor by the metrics', async () => {
    const api = await ApiRig.start({}, recorded());
    for (const path of [...FLAT_READS.map(([, of]) => of(volume)), '/metrics', '/readyz'])
      for (let round = 0; round < ROUNDS; round++) expect((await api.call('GET', path)).status).toBe(200);
    await api.stop();
    expect(tooMuch(recorder.take(), MOST_SHOWN)).toEqual([]);
  });

  it('by the lists of a caller who sees a small application among large ones', async () => {
    await putSmallApplication();
    const api = await ApiRig.start({}, recorded());
    const viewer = await api.logIn('owner', [SMALL]);
    for (const path of SCOPED_LISTS)
      for (let round = 0; round < ROUNDS; round++) {
        const { status, body } = await viewer.call('GET', path);
        expect([path, status, (body as { total: number }).total]).toEqual([path, 200, expect.any(Number)]);
      }
    const deliveries = await viewer.call('GET', '/v1/deliveries');
    expect((deliveries.body as { total: number }).total).toBe(SMALL_DELIVERIES);
    await api.stop();
    expect(tooMuch(recorder.take(), SMALL_DELIVERIES * 10)).toEqual([]);
  });

  it('by recording, delivering, failing, waiting, resuming, and whatever the sweep does', async () => {
    await leaveWorkForTheSweep();
    const service = await TestService.start({ retentionMs: RETENTION_MS, encryptionKey: ENCRYPTION_KEY }, 1, {
      postgres: recorded(),
    });
    try {
      await drive(service);
    } finally {
      await service.stop();
    }
    const executed = recorder.take();
    const statements = new Set(executed.map(({ sql }) => sql));
    report(`${executed.length} executions of ${statements.size} statements`);
    for (const column of SWEPT_BY) expect([...statements].some((sql) => sql.includes(column))).toBe(true);
    expect(tooMuch(executed, MOST_ROWS)).toEqual([]);
  }, 1_200_000);
});

const SMALL = 'small';
const SMALL_DELIVERIES = 20;
const SCOPED_LISTS = [
  ...['/v1/deliveries', '/v1/deliveries?status=delivered', '/v1/deliveries?updateType=consent-receipts'],
  ...['/v1/deliveries?status=expired', '/v1/citizens', '/v1/subscriptions', '/v1/audit-events', '/v1/alerts'],
  ...[
    '/v1/deliveries?undelivered=true',
    '/v1/deliveries?statusCode=204',
    '/v1/deliveries?externalRef=member-3',
  ],
];

/** An application of few citizens, whose deliveries are older than nearly all others. */
async function putSmallApplication(): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`
    INSERT INTO "Application" (id, name, "updatedAt") VALUES ('${SMALL}', 'Small', now());
    INSERT INTO "Subscription" (id, "applicationId", name, url, "updateType", status, "authType", "updatedAt")
      VALUES (uuidv7(), '${SMALL}', 'CRM', 'https://example.com', 'consent-receipts', 'active', 'none', now());
    INSERT INTO "Citizen" (id, "applicationId", "externalRef")
      SELECT uuidv7(), '${SMALL}', 'member-' || n FROM generate_series(1, ${SMALL_DELIVERIES}) n;
    INSERT INTO "Change" (id, "citizenId", sequence, kind, "recordedAt")
      SELECT uuidv7(), id, 1, 'recorded', now() - interval '29 days' FROM "Citizen" WHERE "applicationId" = '${SMALL}';
    INSERT INTO "Delivery" (id, "subscriptionId", "applicationId", "citizenId", "changeId", sequence, "updateType", status,
                            "createdAt", "finishedAt")
      SELECT uuidv7(), s.id, '${SMALL}', c."citizenId", c.id, 1, s."updateType", 'delivered', c."recordedAt", c."recordedAt"
        FROM "Change" c JOIN "Citizen" z ON z.id = c."citizenId" JOIN "Subscription" s ON s."applicationId" = z."applicationId"
       WHERE z."applicationId" = '${SMALL}'`);
  await client.end();
}

/** A hundredth of what is kept is older. */
const RETENTION_MS = 29.7 * 86_400_000;
/** Each task of the sweep is known by the column that it looks for its work by. */
const SWEPT_BY = [
  ...['"outboxDueAt" <=', '"nextTransitionAt" <=', '"unblockedAt" <', '"thinnedAt" <', '"verifiedAt" <'],
  ...['"Erasure" WHERE "dueAt" <=', 'coalesce(d."nextAttemptAt"', `= 'paused' AND d."verifiedAt" <`],
  ...['FROM "BulkAction" WHERE "status"', '"finishedAt" <', '"deletedAt" IS NOT NULL', '"resetAt"'],
];

/** Beside what is kept, a little of everything that the sweep looks for. */
async function leaveWorkForTheSweep(): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const some = (from: number): string =>
    `(SELECT id FROM "Delivery" WHERE status = 'waiting' ORDER BY id OFFSET ${from} LIMIT 10)`;
  await client.query(`
    UPDATE "Delivery" SET status = 'blocked', "unblockedAt" = now() - interval '1 hour' WHERE id IN ${some(0)};
    UPDATE "Delivery" SET "verifiedAt" = now() - interval '1 hour' WHERE id IN ${some(10)};
    UPDATE "Delivery" SET status = 'paused', "verifiedAt" = now() - interval '1 hour' WHERE id IN ${some(30)};
    UPDATE "Delivery" SET "attemptCount" = 100, "thinnedAt" = now() - interval '2 days' WHERE id IN ${some(20)};
    UPDATE "Citizen" SET "nextTransitionAt" = now() - interval '1 hour', "evaluatedAt" = now() - interval '2 hours'
      WHERE "externalRef" LIKE 'customer-990_';
    INSERT INTO "Citizen" (id, "applicationId", "deletedAt")
      SELECT uuidv7(), '${volume.applicationId}', now() FROM generate_series(1, 10);
    INSERT INTO "Erasure" ("citizenId", "changeId") SELECT id, uuidv7() FROM "Citizen" WHERE "deletedAt" IS NOT NULL LIMIT 3`);
  await client.end();
}

/** What callers, receivers and operators do. */
async function drive(service: TestService): Promise<void> {
  const receiver = await service.receiver();
  // Two of twenty are enough: the largest, and one of the others.
  await service.db.$executeRaw`
    UPDATE "Subscription" SET url = ${receiver.url},
      status = CASE WHEN name IN ('Integration 1', 'Integration 10') THEN 'active' ELSE 'paused' END
    WHERE "applicationId" = ${volume.applicationId}`;
  for (let round = 0; round < ROUNDS; round++) {
    const state = round % 2 === 0 ? 'DENIED' : 'GRANTED';
    await service.consent(volume.applicationId, `customer-${1 + (round % 3)}`, state, {}, 'news');
    await service.consent(volume.applicationId, `new-${round}`, state, {}, 'news');
  }
  await failAndMend(service);
  await confirmByMail(service);
  await operate(service);
}

/** An endpoint fails until its deliveries wait, others are blocked behind them, and then it works again. */
async function failAndMend(service: TestService): Promise<void> {
  const app = await service.application();
  const endpoint = await service.receiver();
  endpoint.behave({ kind: 'answer', status: 500 });
  const { id } = (await service.subscribe(app, endpoint.url, { updateType: 'effective-permission' })) as {
    id: string;
  };
  const route = `/v1/subscriptions/${id}`;
  const first = await service.consent(app, 'c-1', 'GRANTED');
  const until = (change: typeof first, status: string): Promise<unknown> =>
    service.untilStatus(change.deliveries[0]?.id ?? '', status);
  await until(first, 'waiting');
  const second = await service.consent(app, 'c-1', 'DENIED');
  await until(second, 'blocked');
  endpoint.behave({ kind: 'answer', status: 200 });
  await service.ok('POST', `${route}/retry`);
  await until(first, 'delivered');
  await until(second, 'delivered');
}

/** A double opt-in. */
async function confirmByMail(service: TestService): Promise<void> {
  const mailbox = await Mailbox.open(service);
  const { optInId } = await mailbox.submit('anna');
  await press((await mailbox.email()).confirmUrl, 'confirmed');
  await mailbox.untilOptIn(optInId, 'confirmed');
}

/** Pause, change, resume, resync, send again, and delete. */
async function operate(service: TestService): Promise<void> {
  const app = await service.application();
  const endpoint = await service.receiver();
  const { id } = (await service.subscribe(app, endpoint.url, { updateType: 'effective-permission' })) as {
    id: string;
  };
  const until = new Date(Date.now() + 3_000).toISOString();
  const { citizenId, deliveries } = await service.consent(app, 'c-1', 'GRANTED', { validUntil: until });
  const deliveryId = deliveries[0]?.id ?? '';
  await service.untilStatus(deliveryId, 'delivered');
  await eventually(() => expect(endpoint.received).toHaveLength(2)); // the consent has ended
  const route = `/v1/subscriptions/${id}`;
  await service.ok('PATCH', route, { status: 'paused' });
  await service.ok('PATCH', route, { status: 'active', url: `${endpoint.url}/moved` });
  await service.ok('POST', `${route}/retry`);
  await service.ok('POST', `/v1/deliveries/${deliveryId}/resend`);
  await eventually(() => expect(endpoint.received).toHaveLength(3));
  const filter = { subscriptionId: id, status: 'delivered' };
  await service.ok('POST', '/v1/bulk-actions', { action: 'resend', filter });
  const from = new Date().toISOString();
  await service.ok('POST', '/v1/bulk-actions', { action: 'cancel', filter: { undelivered: true, from } });
  await eventually(() => expect(endpoint.received).toHaveLength(5)); // the grant and its end
  await service.ok('POST', `${route}/resync`, {});
  await eventually(() => expect(endpoint.received).toHaveLength(6));
  await service.ok('DELETE', `/v1/citizens/${citizenId}`);
  await eventually(() => expect(endpoint.received).toHaveLength(7));
  await service.ok('DELETE', route);
}
