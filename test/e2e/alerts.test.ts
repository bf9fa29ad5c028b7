/**
 * Every kind of alert, made to happen and to end: by an endpoint that fails, by workers that get no tasks, by one that holds what it works on,
 * and by time that passes for the database.
 */
import { Client } from 'pg';
import { ALERT_KINDS } from '../../src/alerts/kinds';
import { createAuthority } from '../harness/certificates';
import { DatabaseClock } from '../harness/database-clock';
import { Mailbox } from '../harness/double-opt-in';
import { loggedIn } from '../harness/logged-in';
import { eventually, TestService } from '../harness/service';
import { startTestPostgres } from '../harness/stack';
import { startTemporalProxy, type TemporalProxy } from '../harness/temporal-proxy';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** gRPC's RESOURCE_EXHAUSTED: it passes, so that workers go on asking. */
const NO_TASKS = 8;
/** Sweeps look every ten seconds. */
const PATIENCE_MS = 240_000;

let clock: DatabaseClock;
let service: TestService;
let proxy: TemporalProxy;
beforeAll(async () => {
  const postgres = await startTestPostgres();
  clock = await DatabaseClock.in(postgres.url);
  proxy = await startTemporalProxy();
  service = await TestService.start({}, 1, { postgres });
  proxy.temporalAddress = service.config.temporal.address;
});
afterAll(async () => {
  await service?.stop();
  proxy?.close();
});

interface ShownAlert {
  readonly kind: string;
  readonly subject: string;
  readonly resolution: string | null;
}

const alerts = async (status: 'open' | 'closed'): Promise<ShownAlert[]> =>
  ((await service.ok('GET', `/v1/alerts?status=${status}&limit=100`)) as { items: ShownAlert[] }).items;
/** Kinds with what is in trouble. */
const told = (those: readonly ShownAlert[]): string[] =>
  those.map(({ kind, subject, resolution }) => [kind, subject, resolution ?? 'open'].join(' ')).sort();

describe('an alert of every kind', () => {
  let mailbox: Mailbox;
  let optInId: string;
  let resync: string;
  let expiring: { readonly bearer: string; readonly certificate: string };
  let apiKey: string;
  let bulkAction: string;
  let holder: Client;
  const inAWeek = (days: number): Date => new Date(Date.now() + (7 + days) * DAY_MS);
  const authority = createAuthority('authority');
  /** Sessions do not last a day. */
  const asOwner = (): ReturnType<typeof loggedIn> => loggedIn(service.db, service.url, 'owner');
  const credentials = (ends: Date) => ({
    bearer: {
      authentication: {
        authType: 'bearer',
        bearerAuth: { token: 'a-token-of-the-test', expiresAt: ends.toISOString() },
      },
    },
    certificate: { clientCertificate: authority.issue('consent-webhooks', { endsAt: ends }) },
  });
  /** What is told of each, by how it is to end. */
  const ofEveryKind = (how: (end: string) => string): string[] => {
    const { app, subscriptions } = mailbox;
    const { receipts, full } = subscriptions;
    const troubles: readonly (readonly [trouble: string, end: string])[] = [
      [`withdrawal_late ${receipts.id}`, 'over'],
      [`endpoint_failing ${receipts.id}`, 'recovered'],
      [`endpoint_failing_for_a_day ${receipts.id}`, 'recovered'],
      [`no_progress ${receipts.id}`, 'over'],
      [`resync_stalled ${full.id}`, 'over'],
      [`double_opt_ins_stalled ${app}`, 'over'],
      [`bulk_action_stalled ${bulkAction}`, 'over'],
      [`credential_expires ${expiring.bearer}`, 'over'],
      [`certificate_expires ${expiring.certificate}`, 'over'],
      [`api_key_expires ${apiKey}`, 'over'],
    ];
    return troubles.map(([trouble, end]) => `${trouble} ${how(end)}`).sort();
  };

  it(
    'is opened once that happens, and by its limit',
    async () => {
      mailbox = await Mailbox.open(service);
      const { app, receiver, subscriptions } = mailbox;
      // Credentials that end in a week and half a day.
      const other = await service.application();
      const { bearer, certificate } = credentials(inAWeek(0.5));
      const target = 'https://example.com/hook';
      expiring = {
        bearer: (await service.subscribe(other, target, bearer)).id,
        certificate: (await service.subscribe(other, target, certificate)).id,
      };
      const key = { name: 'website', scopes: ['audit:read'], expiresAt: inAWeek(0.5).toISOString() };
      apiKey = (await (await asOwner()).call('POST', '/v1/api-keys', { body: key })).body.id;

      // An endpoint that fails, with a withdrawal among what it does not take.
      receiver.behave(({ url }) => ({ kind: 'answer', status: url === '/receipts' ? 503 : 200 }));
      const { deliveries } = await service.consent(app, 'anna', 'DENIED');
      const waiting = deliveries.find(
        ({ subscriptionId }) => subscriptionId === subscriptions.receipts.id,
      )?.id;
      await service.untilStatus(waiting ?? '', 'waiting');

      // A worker that hangs holds the bulk action that it works on, and those that are left get no tasks.
      await service.stopWorkers();
      bulkAction = (
        await service.ok('POST', '/v1/bulk-actions', {
          ...{ action: 'retry', filter: { subscriptionId: subscriptions.receipts.id } },
        })
      ).id;
      holder = new Client({ connectionString: service.config.databaseUrl });
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM "BulkAction" FOR UPDATE');
      proxy.refusal = NO_TASKS;
      await service.addWorker({ temporal: { ...service.config.temporal, address: proxy.address } });
      ({ optInId } = await mailbox.submit('ben'));
      resync = (await service.ok('POST', `/v1/subscriptions/${subscriptions.full.id}/resync`)).id;
      const untold = (): Promise<number[]> =>
        Promise.all([
          service.db.doubleOptIn.count({ where: { outboxAction: { not: null } } }),
          service.db.resync.count({ where: { outboxAction: { not: null } } }),
        ]);
      await eventually(async () => expect(await untold()).toEqual([0, 0]), PATIENCE_MS);
      expect(await alerts('closed')).toEqual([]);

      await clock.putAhead(DAY_MS + 10 * MINUTE_MS);
      const resyncPath = `/v1/subscriptions/${subscriptions.full.id}/resyncs/${resync}`;
      const stalled = (): Promise<boolean[]> =>
        Promise.all(
          [`/v1/opt-ins/${optInId}`, resyncPath].map(
            async (path) => ((await service.ok('GET', path)) as { stalled: boolean }).stalled,
          ),
        );
      await eventually(async () => expect(await stalled()).toEqual([true, true]), PATIENCE_MS);
      await clock.putAhead(2 * MINUTE_MS);
      await eventually(
        async () => expect(told(await alerts('open'))).toEqual(ofEveryKind(() => 'open')),
        PATIENCE_MS,
      );
      expect(new Set((await alerts('open')).map(({ kind }) => kind))).toEqual(new Set(ALERT_KINDS));
    },
    4 * PATIENCE_MS,
  );

  it(
    'is closed by itself once its trouble is over',
    async () => {
      mailbox.receiver.behave({ kind: 'answer', status: 200 });
      proxy.refusal = undefined;
      await holder.query('ROLLBACK');
      await holder.end();
      const { bearer, certificate } = credentials(inAWeek(30));
      await service.ok('PATCH', `/v1/subscriptions/${expiring.bearer}`, bearer);
      await service.ok('PATCH', `/v1/subscriptions/${expiring.certificate}`, certificate);
      expect((await (await asOwner()).call('DELETE', `/v1/api-keys/${apiKey}`)).status).toBe(204);
      await eventually(async () => expect(told(await alerts('open'))).toEqual([]), PATIENCE_MS);
      expect(told(await alerts('closed'))).toEqual(ofEveryKind((end) => end));
    },
    2 * PATIENCE_MS,
  );
});
