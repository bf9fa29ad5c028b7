/**
 * The upgrade from version 0.1.0: a database that was stopped in the middle of its work is migrated and goes on, even with a
 * Temporal server that knows nothing of it.
 */
import { deliveryIdOf, startReceiver, type Receiver } from '../../tools/receiver/receiver';
import { applyMigrations } from '../../src/platform/migrations';
import { createLogger } from '../../src/platform/logger';
import { press } from '../harness/double-opt-in';
import { migrationsThen, OLD_INSTALLATION, OldDatabase, type OldDelivery } from '../harness/old-database';
import { bodyOf, eventually, TestService } from '../harness/service';
import { startBarePostgres } from '../harness/stack';

const FINISHED = ['delivered', 'cancelled', 'expired'];
const isUnfinished = ({ status }: OldDelivery): boolean => !FINISHED.includes(status);

const logger = createLogger('silent', 'test');
let receiver: Receiver;
let old: OldDatabase;
let service: TestService;
let applied: { readonly before: string[]; readonly by: readonly string[]; readonly after: string[] };
let rows: { readonly before: Record<string, number>; readonly after: Record<string, number> };

beforeAll(async () => {
  receiver = await startReceiver({ port: 0 });
  const postgres = await startBarePostgres();
  old = await OldDatabase.load(postgres.url, receiver.url);
  await old.hideFromReconciliation(old.of('bulk').map(({ id }) => id));
  const [appliedBefore, rowsBefore] = [await old.appliedMigrations(), await old.rowCounts()];
  const by = await applyMigrations({ databaseUrl: postgres.url, logger });
  applied = { before: appliedBefore, by, after: await old.appliedMigrations() };
  rows = { before: rowsBefore, after: await old.rowCounts() };
  const { encryptionKey, apiKey } = OLD_INSTALLATION;
  // A request that was in flight is waited for as long as one may last.
  service = await TestService.start({ encryptionKey, requestTimeoutMs: 2_000 }, 1, { postgres, apiKey });
});
afterAll(async () => {
  await old?.close();
  await service?.stop();
  await receiver?.close();
});

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Ids of deliveries in the order of their first arrival. */
function arrived(): string[] {
  return [...new Set(receiver.received.map(deliveryIdOf))];
}

const untilDelivered = async (deliveries: readonly OldDelivery[]): Promise<void> => {
  expect(deliveries).not.toEqual([]);
  for (const { id } of deliveries) await service.untilStatus(id, 'delivered');
};

describe('the database of version 0.1.0', () => {
  it('gets the migrations that it lacks, and no other', () => {
    expect(applied.before).toEqual(migrationsThen());
    expect(applied.after).toEqual([...applied.before, ...applied.by]);
  });

  it('keeps every row through the migrations', () => {
    expect(total(rows.before)).toBeGreaterThan(150);
    const { Reconciliation: added = 0, OrderingKey: keys = 0, ...kept } = rows.after;
    expect(total(kept)).toBe(total(rows.before));
    expect(added).toBe(4); // one for each kind of workflow
    expect(keys).toBeGreaterThan(0); // one for each subscription and citizen that something was sent of
    // Tables that have the same name still.
    for (const name of ['Application', 'Citizen', 'Change', 'Subscription', 'Delivery', 'Attempt']) {
      expect([name, rows.after[name]]).toEqual([name, rows.before[name]]);
    }
  });
});

describe('deliveries of version 0.1.0', () => {
  it.each([
    ['waited for their hour', 'waiting', ['waiting', 'blocked', 'blocked', 'waiting']],
    ['were sent again', 'resent', ['waiting']],
    ['were in flight', 'in-flight', ['delivering', 'blocked']],
    ['were not begun', 'pending', ['pending', 'pending']],
    ['were being queued by a resync', 'resync', ['pending']],
  ])('that %s are delivered', async (_, application, statuses) => {
    const unfinished = old.of(application).filter(isUnfinished);
    expect(unfinished.map(({ status }) => status).sort()).toEqual(statuses.sort());
    await untilDelivered(unfinished);
  });

  it('that an interrupted bulk signal had yet to wake are delivered by it', async () => {
    const statuses = old.of('bulk').map(({ status }) => status);
    expect(statuses).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
    await untilDelivered(old.of('bulk'));
  });

  it('arrive in the order of the changes, for each subscription and citizen', async () => {
    const active = old.deliveries.filter((each) => isUnfinished(each) && each.status !== 'paused');
    await untilDelivered(active);
    const places = arrived();
    const sequences = new Map<string, OldDelivery[]>();
    for (const each of active) {
      const key = `${each.subscriptionId} ${each.citizenId}`;
      sequences.set(key, [...(sequences.get(key) ?? []), each]);
    }
    expect([...sequences.values()].some((sequence) => sequence.length > 2)).toBe(true);
    for (const sequence of sequences.values()) {
      const ids = sequence.map(({ id }) => id);
      expect(places.filter((id) => ids.includes(id))).toEqual(ids);
    }
  });

  it('that were finished stay as they were, with what is known of their attempts', async () => {
    const finished = old.deliveries.filter((each) => !isUnfinished(each));
    expect(finished.map(({ status }) => status)).toEqual(expect.arrayContaining(['delivered', 'cancelled']));
    for (const { id, status, attemptCount } of finished) {
      const { attempts, ...now } = await service.delivery(id);
      expect(now).toMatchObject({ status, attemptCount });
      expect(attempts).toHaveLength(attemptCount);
    }
    const [first] = old.of('delivered');
    expect((await service.delivery(first?.id ?? '')).attempts[0]).toMatchObject({
      ...{ outcome: 'delivered', statusCode: 200, responseBody: 'thank you' },
    });
    const again = new Set(arrived());
    expect(finished.filter(({ id }) => again.has(id))).toEqual([]);
  });

  it('that were paused stay so until their subscription is resumed, and the change that was skipped meanwhile still counts', async () => {
    const paused = old.of('paused');
    expect(paused.map(({ status }) => status)).toEqual(['paused', 'paused']);
    const ids = paused.map(({ id }) => id);
    expect(arrived().filter((id) => ids.includes(id))).toEqual([]);
    const [{ subscriptionId } = { subscriptionId: '' }] = paused;
    const path = `/v1/subscriptions/${subscriptionId}`;
    expect((await service.ok('GET', path)).health).toMatchObject({ waiting: 2, skippedWhilePaused: 1 });
    for (const id of ids) expect((await service.delivery(id)).status).toBe('paused');
    await service.ok('PATCH', path, { status: 'active' });
    const [anna, ben] = ['anna', 'ben'].map((name) => paused.filter((each) => each.externalRef === name));
    await untilDelivered(ben ?? []);
    // Hers would take the skipped change back, which the receiver never hears of.
    const superseded = await service.untilStatus(anna?.[0]?.id ?? '', 'cancelled');
    expect(superseded.reason).toBe('superseded');
    expect((await service.ok('GET', `/v1/deliveries?subscriptionId=${subscriptionId}`)).total).toBe(2);
  });
});

describe('a resync of version 0.1.0', () => {
  it('ends, and sends the state of each citizen once', async () => {
    const deliveries = old.of('resync');
    const [{ subscriptionId } = { subscriptionId: '' }] = deliveries;
    await eventually(async () => {
      const { items } = await service.ok('GET', `/v1/subscriptions/${subscriptionId}/resyncs`);
      expect(items).toEqual([expect.objectContaining({ status: 'completed', done: 3, total: 3 })]);
    });
    const log = await service.ok('GET', `/v1/deliveries?subscriptionId=${subscriptionId}`);
    expect(log.items.map(({ id }: { id: string }) => id).sort()).toEqual(
      deliveries.map(({ id }) => id).sort(),
    );
  });
});

describe('double opt-ins of version 0.1.0', () => {
  const effective = (externalRef: string) =>
    service.ok('GET', `/v1/permissions?applicationId=opt-in&externalRef=${externalRef}`);

  it('are confirmed by the link of an e-mail that was sent then', async () => {
    expect((await effective('anna')).permissions).toMatchObject([{ state: 'PENDING' }]);
    const url = `${service.url}/confirm/${OLD_INSTALLATION.confirmationToken}`;
    expect((await press(url, 'confirmed')).heading).toBe('Thank you');
    expect((await effective('anna')).permissions).toMatchObject([{ state: 'GRANTED' }]);
  });

  it('whose e-mail was not made yet get it, once', async () => {
    const emails = () =>
      receiver.received.filter(({ path }) => path === '/emails').map((webhook) => bodyOf(webhook));
    await eventually(() => expect(emails()).toHaveLength(1));
    const token = (emails()[0].confirmUrl as string).split('/').at(-1);
    expect((await press(`${service.url}/confirm/${token}`, 'confirmed')).heading).toBe('Thank you');
    expect((await effective('ben')).permissions).toMatchObject([{ state: 'GRANTED' }]);
    expect(emails()).toHaveLength(1);
  });
});

describe('callers of version 0.1.0', () => {
  it('repeat a request under its idempotency key, and get the answer of then', async () => {
    const [ben] = old.of('delivered').filter(({ externalRef }) => externalRef === 'ben');
    const body = {
      ...{ applicationId: 'delivered', externalRef: 'ben' },
      changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state: 'GRANTED' }],
    };
    const key = { 'idempotency-key': OLD_INSTALLATION.idempotencyKey };
    const answer = await service.call('POST', '/v1/permissions/transactions', body, key);
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect(answer.body.deliveries).toMatchObject([{ id: ben?.id }]);
  });

  it('log in with their password', async () => {
    const { status } = await service.call('POST', '/v1/session', OLD_INSTALLATION.administrator);
    expect(status).toBeLessThan(300);
  });

  it('record further changes, which follow the earlier ones', async () => {
    const { deliveries } = await service.consent('waiting', 'anna', 'DENIED');
    const [delivery] = deliveries;
    await service.untilStatus(delivery?.id ?? '', 'delivered');
    const last = receiver.received.find((webhook) => deliveryIdOf(webhook) === delivery?.id);
    expect(last?.headers['x-cpm-sequence']).toBe('4');
    expect(last?.headers.authorization).toBe('Bearer fixture-bearer-token');
  });
});
