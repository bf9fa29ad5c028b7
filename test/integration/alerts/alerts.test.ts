/** Alerts: what rows say is wrong, look by look of the sweep, and what callers see of it. */
import { differences, evaluateAlerts, purgeAlerts } from '../../../src/alerts/evaluate';
import { processBulkActions } from '../../../src/delivery/bulk-actions/next-batch';
import { cancelDeliveries, resendDeliveries } from '../../../src/outbox/transitions';
import { Prisma, type Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { createLogger } from '../../../src/platform/logger';
import { ApiRig } from '../../harness/api';
import { AttemptSteps } from '../../harness/attempts';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const LIMIT_MS = 900_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let api: ApiRig;
let db: Database;
let steps: AttemptSteps;
let subscription: { id: string; applicationId: string };
beforeAll(async () => {
  api = await ApiRig.start();
  ({ db } = api);
  steps = new AttemptSteps(db);
});
afterAll(() => api?.stop());
beforeEach(async () => {
  await db.alert.deleteMany();
  await db.doubleOptIn.deleteMany();
  await db.subscription.deleteMany();
  await db.orderingKey.deleteMany();
  subscription = await putSubscription(db);
});

const look = (): Promise<number> =>
  evaluateAlerts(db, { withdrawalAfterMs: LIMIT_MS, logger: createLogger('silent', 'test') });
const ago = (ms: number): Date => new Date(Date.now() - ms);
const put = async (createdAt = new Date()): Promise<string> =>
  (await putDeliveries(db, subscription, [{ status: 'pending', createdAt }]))[0] ?? '';
async function end(id: string, ...outcomes: ('delivered' | 'failed')[]): Promise<void> {
  for (const outcome of outcomes) await steps.statements.record((await steps.attempt(id))(outcome));
}
const failCycle = (id: string): Promise<void> => end(id, 'failed', 'failed', 'failed');
/** So long ago is all that has happened to endpoints. */
async function pass(ms: number): Promise<void> {
  const by = Prisma.sql`${ms}::float8 * interval '1 millisecond'`;
  await db.$executeRaw(Prisma.sql`UPDATE "Attempt" SET "at" = "at" - ${by}`);
  await db.$executeRaw(Prisma.sql`UPDATE "Delivery" SET "failingSince" = "failingSince" - ${by}`);
  await db.$executeRaw(
    Prisma.sql`UPDATE "Alert" SET "openedAt" = "openedAt" - ${by}, "closedAt" = "closedAt" - ${by}`,
  );
}
const change = (data: Prisma.SubscriptionUpdateInput): Promise<unknown> =>
  db.subscription.update({ where: { id: subscription.id }, data });
/** Kinds of alerts with how each ended, the oldest first. */
async function alerts(): Promise<string[]> {
  const rows = await db.alert.findMany({
    where: { subscriptionId: subscription.id },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ kind, closedAt, resolution }) => `${kind} ${closedAt === null ? 'open' : resolution}`);
}

describe('a withdrawal that is not delivered', () => {
  async function withdrawal(createdAt: Date): Promise<string> {
    const id = await put(createdAt);
    await db.delivery.update({ where: { id }, data: { isWithdrawal: true } });
    return id;
  }

  it('is an alert from its limit on, and no more once it is delivered', async () => {
    const id = await withdrawal(ago(LIMIT_MS - MINUTE_MS));
    await put(ago(DAY_MS)); // takes nothing away
    await look();
    expect(await alerts()).toEqual([]);
    const createdAt = ago(LIMIT_MS + 1_000);
    await db.delivery.update({ where: { id }, data: { createdAt } });
    await look();
    expect(await alerts()).toEqual(['withdrawal_late open']);
    const { body } = await api.call('GET', `/v1/alerts?subscriptionId=${subscription.id}`);
    expect(body.items[0]).toMatchObject({ severity: 'critical', since: createdAt.toISOString() });
    await end(id, 'delivered');
    await look();
    expect(await alerts()).toEqual(['withdrawal_late over']);
  });

  it('is one alert of its subscription, however many wait, and also while that is paused', async () => {
    for (let n = 0; n < 5; n++) await withdrawal(ago(DAY_MS));
    await change({ status: 'paused' });
    await look();
    expect(await look()).toBe(0);
    expect(await alerts()).toEqual(['withdrawal_late open']);
  });

  it('is none where it was delivered once and is sent again, but is where it was cancelled', async () => {
    const id = await withdrawal(ago(DAY_MS));
    await end(id, 'delivered');
    await resendDeliveries(db, [id]);
    await look();
    expect(await alerts()).toEqual([]);
    const other = await withdrawal(ago(DAY_MS));
    await db.$transaction((tx) => cancelDeliveries(tx, [other], 'cancelled by request'));
    await look();
    expect(await alerts()).toEqual([]);
    await resendDeliveries(db, [other]);
    await look();
    expect(await alerts()).toEqual(['withdrawal_late open']);
  });
});

describe('an endpoint that fails', () => {
  it('is an alert once a whole cycle was in vain, and no more when something arrives', async () => {
    const id = await put();
    await end(id, 'failed');
    await look();
    expect(await alerts()).toEqual([]);
    await end(id, 'failed', 'failed');
    await look();
    expect(await alerts()).toEqual(['endpoint_failing open']);
    await end(id, 'failed'); // its next cycle is under way
    expect(await look()).toBe(0);
    await end(id, 'delivered');
    await look();
    expect(await alerts()).toEqual(['endpoint_failing recovered']);
  });

  it('is another alert after a day, and both are closed together', async () => {
    const id = await put();
    await failCycle(id);
    await look();
    await pass(DAY_MS + MINUTE_MS);
    await failCycle(id);
    await look();
    expect(await alerts()).toEqual(['endpoint_failing open', 'endpoint_failing_for_a_day open']);
    await end(id, 'delivered');
    await look();
    expect(await alerts()).toEqual(['endpoint_failing recovered', 'endpoint_failing_for_a_day recovered']);
  });

  it('is none where one delivery fails beside others that arrive', async () => {
    await end(await put(), 'delivered');
    const poisoned = await put();
    await end(poisoned, 'failed');
    await end(await put(), 'delivered');
    await end(poisoned, 'failed', 'failed');
    await look();
    expect(await alerts()).toEqual([]);
  });

  it('is the same alert where it fails again within an hour, and another one later', async () => {
    await failCycle(await put());
    await look();
    await end(await put(), 'delivered');
    await look();
    await failCycle(await put());
    await look();
    expect(await alerts()).toEqual(['endpoint_failing open']);
    expect(await db.alert.findMany()).toMatchObject([{ reopened: 1 }]);
    await end(await put(), 'delivered');
    await look();
    await pass(61 * MINUTE_MS);
    await failCycle(await put());
    await look();
    expect(await alerts()).toEqual(['endpoint_failing recovered', 'endpoint_failing open']);
  });

  it('is one alert, however many processes look at the same moment', async () => {
    await failCycle(await put());
    await Promise.all([1, 2, 3, 4].map(look));
    expect(await alerts()).toEqual(['endpoint_failing open']);
    await end(await put(), 'delivered');
    await Promise.all([1, 2, 3, 4].map(look));
    await failCycle(await put());
    await Promise.all([1, 2, 3, 4].map(look));
    expect(await db.alert.findMany()).toMatchObject([{ closedAt: null, reopened: 1 }]);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['paused', 'its subscription is paused', () => change({ status: 'paused' })],
    ['deleted', 'its subscription is deleted', () => change({ deletedAt: new Date() })],
    [
      'over',
      'nothing waits for it any more',
      async () => {
        const ids = (await db.delivery.findMany({ where: { status: 'waiting' } })).map(({ id }) => id);
        await db.$transaction((tx) => cancelDeliveries(tx, ids, 'cancelled by request'));
      },
    ],
  ])('is no alert any more (%s) where %s', async (resolution, _, settle) => {
    await failCycle(await put());
    await look();
    await settle();
    await look();
    expect(await alerts()).toEqual([`endpoint_failing ${resolution}`]);
  });

  it('is an alert where no access token is to be had', async () => {
    await put();
    await db.accessToken.create({
      data: {
        ...{ subscriptionId: subscription.id, grantId: newId(), failures: 2 },
        ...{ failingSince: new Date(), error: 'invalid_client' },
      },
    });
    await look();
    expect(await alerts()).toEqual([]);
    await db.accessToken.updateMany({ data: { failures: 3 } });
    await look();
    expect(await alerts()).toEqual(['endpoint_failing open']);
    await db.accessToken.updateMany({ data: { failures: 0, failingSince: null, error: null } });
    await look();
    expect(await alerts()).toEqual(['endpoint_failing over']);
  });
});

describe('a credential', () => {
  it.each<[string, (ends: Date) => Prisma.SubscriptionUpdateInput]>([
    ['credential_expires', (authExpiresAt) => ({ authType: 'bearer', authExpiresAt })],
    ['certificate_expires', (clientCertificateUntil) => ({ clientCertificateUntil })],
  ])('is an alert from a week before its end on, until it is replaced: %s', async (kind, until) => {
    await change(until(new Date(Date.now() + 8 * DAY_MS)));
    await look();
    expect(await alerts()).toEqual([]);
    await change(until(new Date(Date.now() + 6 * DAY_MS)));
    await look();
    await change(until(ago(DAY_MS)));
    expect(await look()).toBe(0);
    expect(await alerts()).toEqual([`${kind} open`]);
    await change(until(new Date(Date.now() + 60 * DAY_MS)));
    await look();
    expect(await alerts()).toEqual([`${kind} over`]);
  });
});

describe('a delivery that makes no progress', () => {
  it('is an alert unless it goes on within a minute, until it does', async () => {
    const id = await put();
    const stall = (stalledAt: Date | null): Promise<unknown> =>
      db.delivery.update({ where: { id }, data: { stalledAt, stalledBy: stalledAt && 'silent' } });
    await stall(ago(10_000));
    await look();
    expect(await alerts()).toEqual([]);
    await stall(ago(2 * MINUTE_MS));
    await look();
    expect(await alerts()).toEqual(['no_progress open']);
    await stall(new Date()); // it is told again
    expect(await look()).toBe(0);
    await stall(null);
    await look();
    expect(await alerts()).toEqual(['no_progress over']);
  });
});

describe('what else stands still', () => {
  /** Kinds of alerts with what is in trouble and how each ended, the oldest first. */
  const told = async (): Promise<string[]> =>
    (await db.alert.findMany({ orderBy: { id: 'asc' } })).map(
      ({ kind, subjectName, resolution }) => `${kind} of ${subjectName}: ${resolution ?? 'open'}`,
    );

  it('is an alert of its application where double opt-ins do, however many, and of its subscription where a resync does', async () => {
    const { applicationId } = subscription;
    for (const stalledAt of [ago(2 * MINUTE_MS), ago(3 * MINUTE_MS), null]) {
      const citizen = { id: newId(), applicationId, externalRef: newId() };
      await db.citizen.create({ data: citizen });
      const expiresAt = new Date(Date.now() + DAY_MS);
      await db.doubleOptIn.create({
        data: { id: newId(), applicationId, citizenId: citizen.id, expiresAt, stalledAt },
      });
    }
    const resync = { id: newId(), subscriptionId: subscription.id, total: 1 };
    await db.resync.create({ data: { ...resync, stalledAt: ago(2 * MINUTE_MS) } });
    await look();
    expect((await told()).sort()).toEqual([
      expect.stringMatching(/^double_opt_ins_stalled of .*: open$/),
      'resync_stalled of null: open',
    ]);
    const { body } = await api.call('GET', '/v1/alerts?kind=double_opt_ins_stalled');
    expect(body.items).toMatchObject([{ subject: applicationId, applicationId, subscriptionId: null }]);
    await db.doubleOptIn.updateMany({ data: { stalledAt: new Date() } }); // they are told again
    expect(await look()).toBe(0);
    await db.doubleOptIn.updateMany({ data: { status: 'voided' } });
    await db.resync.updateMany({ data: { stalledAt: null } });
    await look();
    expect((await told()).sort()).toEqual([
      expect.stringMatching(/^double_opt_ins_stalled of .*: over$/),
      'resync_stalled of null: over',
    ]);
  });

  it('is an alert where each batch of a bulk action fails, until one does not', async () => {
    await put();
    const { body } = await api.call('POST', '/v1/bulk-actions', { body: { action: 'cancel', filter: {} } });
    const { id } = body as { id: string };
    const round = (): Promise<boolean> => processBulkActions(db, createLogger('silent', 'test'));
    await db.bulkAction.update({ where: { id }, data: { filter: { status: 'unknown to this version' } } });
    await round();
    expect(await look()).toBe(0);
    const failed = await db.bulkAction.findUniqueOrThrow({ where: { id } });
    expect(failed.failingSince).not.toBeNull();
    await db.bulkAction.update({
      where: { id },
      data: { failingSince: ago(6 * MINUTE_MS), dueAt: new Date() },
    });
    await round();
    await look();
    expect(await told()).toEqual(['bulk_action_stalled of cancel: open']);
    await db.bulkAction.update({ where: { id }, data: { filter: {}, dueAt: ago(MINUTE_MS) } });
    await round();
    await look();
    expect(await told()).toEqual(['bulk_action_stalled of cancel: over']);
  });

  it('an API key is an alert in its last week, unless it was made for less, and no more once it is revoked', async () => {
    const key = async (name: string, days: number): Promise<string> => {
      const expiresAt = new Date(Date.now() + days * DAY_MS).toISOString();
      const body = { name, scopes: ['audit:read'], expiresAt };
      return (await api.asOwner('POST', '/v1/api-keys', { body })).body.id;
    };
    await key('lasting', 8);
    await key('for a test', 1);
    const id = await key('website', 60);
    await look();
    expect(await told()).toEqual([]);
    await db.apiKey.update({ where: { id }, data: { expiresAt: new Date(Date.now() + 6 * DAY_MS) } });
    await look();
    expect(await told()).toEqual([]); // as if it had been made for six days
    await db.apiKey.update({ where: { id }, data: { createdAt: ago(54 * DAY_MS) } });
    await look();
    expect(await told()).toEqual(['api_key_expires of website: open']);
    const limited = await api.logIn('viewer', [subscription.applicationId]);
    expect((await limited.call('GET', '/v1/alerts?kind=api_key_expires')).body.items).toEqual([]);
    await api.asOwner('DELETE', `/v1/api-keys/${id}`);
    await look();
    expect(await told()).toEqual(['api_key_expires of website: over']);
  });
});

describe('the look for them', () => {
  it('reads a handful of pages, whatever waits', async () => {
    await failCycle(await put());
    const [seed = ''] = await putDeliveries(db, subscription, [{}]);
    await db.$executeRaw`
      INSERT INTO "Delivery" ("id", "subscriptionId", "applicationId", "citizenId", "changeId", "sequence", "updateType", "status",
        "failingSince", "awaitsRecovery", "isWithdrawal", "createdAt")
      SELECT gen_random_uuid(), "subscriptionId", "applicationId", "citizenId", "changeId", n, "updateType", 'waiting', now(),
        true, true, now() - interval '1 day' FROM "Delivery", generate_series(2, 20000) n WHERE "id" = ${seed}::uuid`;
    await db.$executeRaw`VACUUM ANALYZE "Delivery"`;
    const [explained] = await db.$queryRaw<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }[]>(
      Prisma.sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${differences(LIMIT_MS)}`,
    );
    const plan = explained?.['QUERY PLAN'][0].Plan;
    expect(plan?.['Actual Rows']).toBe(2);
    expect(Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks'])).toBeLessThan(100);
  });
});

describe('GET /v1/alerts', () => {
  it('shows what is open and past, the newest first, page by page and by filters', async () => {
    const id = await put();
    await failCycle(id);
    await look();
    await end(id, 'delivered');
    await look();
    await change({ authType: 'bearer', authExpiresAt: ago(DAY_MS) });
    await look();
    const kinds = async (query: string): Promise<unknown[]> =>
      (await api.call('GET', `/v1/alerts?${query}`)).body.items.map(({ kind }) => kind);
    const { body } = await api.call('GET', '/v1/alerts?limit=1');
    expect(body).toMatchObject({ total: 2, items: [{ kind: 'credential_expires', status: 'open' }] });
    expect(await kinds(`limit=1&cursor=${String(body.nextCursor)}`)).toEqual(['endpoint_failing']);
    expect(await kinds('status=closed')).toEqual(['endpoint_failing']);
    expect(await kinds('kind=credential_expires')).toEqual(['credential_expires']);
    expect(await kinds(`applicationId=${subscription.applicationId}`)).toHaveLength(2);
    expect(await kinds(`subscriptionId=${newId()}`)).toEqual([]);
    expect(await kinds(`to=${ago(MINUTE_MS).toISOString()}`)).toEqual([]);
    expect((await api.call('GET', '/v1/alerts?status=closed')).body.items[0]).toMatchObject({
      ...{ severity: 'warning', resolution: 'recovered', subjectName: 'CRM', reopened: 0 },
      message: 'The endpoint fails, and what is sent to it waits.',
    });
    const metrics = (await api.call('GET', '/metrics')).text;
    expect(metrics).toContain('cpm_alerts_open{kind="credential_expires"} 1');
    expect(metrics).toContain('cpm_alerts_open{kind="endpoint_failing"} 0');
  });

  it('shows a caller of one application the alerts of that one', async () => {
    const theirs = await putSubscription(db);
    await db.subscription.updateMany({ data: { authType: 'bearer', authExpiresAt: ago(DAY_MS) } });
    await look();
    const viewer = await api.logIn('viewer', [theirs.applicationId]);
    const { items } = (await viewer.call('GET', '/v1/alerts')).body;
    expect(items).toMatchObject([{ applicationId: theirs.applicationId }]);
  });

  it('forgets closed ones after the retention', async () => {
    await failCycle(await put());
    await look();
    await end(await put(), 'delivered');
    await look();
    await purgeAlerts(db, DAY_MS);
    expect(await alerts()).toHaveLength(1);
    await pass(DAY_MS + MINUTE_MS);
    await purgeAlerts(db, DAY_MS);
    expect(await alerts()).toEqual([]);
  });
});
