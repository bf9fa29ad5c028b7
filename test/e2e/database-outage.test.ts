/** A database in trouble delays deliveries by seconds: the interval is its default, so a wrongly spent hour would show. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Receiver } from '../../tools/receiver/receiver';
import { deliveryWorkflowId } from '../../workflows/deliver-webhook/contract';
import { startLoad, type Load } from '../harness/load';
import { OwnPostgres } from '../harness/own-postgres';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

let postgres: OwnPostgres;
let service: TestService;
beforeAll(async () => {
  postgres = await OwnPostgres.start({ max_connections: '60', superuser_reserved_connections: '0' });
  service = await TestService.start({}, 1, { postgres });
});
afterAll(() => service?.stop());

/** Under load; answers with what was measured since the trouble ended. */
async function underLoad(
  trouble: (load: Load) => Promise<void>,
): Promise<{ load: Load; receiver: Receiver; caughtUpMs: number }> {
  const app = await service.application();
  const receiver = await service.receiver();
  await service.subscribe(app, receiver.url);
  const load = startLoad(service, app, { citizens: 100, pauseMs: 60 });
  await eventually(() => expect(receiver.received.length).toBeGreaterThan(10));
  await trouble(load);
  const ended = Date.now();
  const before = load.accepted.length;
  await eventually(() => expect(load.accepted.length).toBeGreaterThan(before + 10));
  await load.stop();
  const ids = load.accepted.flatMap(({ deliveryIds }) => [...deliveryIds]);
  await eventually(async () => {
    const delivered = await service.db.delivery.count({ where: { id: { in: ids }, status: 'delivered' } });
    expect(delivered).toBe(ids.length);
  });
  const caughtUpMs = Date.now() - ended;
  report(`${ids.length} delivered ${caughtUpMs} ms after the trouble`);
  const arrived = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
  expect(ids.filter((id) => !arrived.has(id))).toEqual([]);
  // The receiver answered 200 to all: no attempt of it may be spent on our own trouble.
  const cycles = await service.db.delivery.count({ where: { id: { in: ids }, cycle: { gt: 1 } } });
  expect(cycles).toBe(0);
  return { load, receiver, caughtUpMs };
}

/** Callers are told to come back, or were cut off; nothing else. */
function expectOnlyUnavailable({ refused }: Load): void {
  expect(refused.filter((status) => status !== 503)).toEqual([]);
}

describe('connections that are cut, over and over', () => {
  it('spend no attempt and delay by seconds', async () => {
    const { load, caughtUpMs } = await underLoad(async () => {
      for (let i = 0; i < 15; i++) {
        await postgres.cutConnections();
        await sleep(200);
      }
    });
    expectOnlyUnavailable(load);
    expect(caughtUpMs).toBeLessThan(30_000);
  });
});

describe('a database that is restarted', () => {
  it('is named by /readyz, asks callers to come back, and delays deliveries by seconds', async () => {
    const { load, caughtUpMs } = await underLoad(async () => {
      await postgres.halt();
      const { status, body, headers } = await service.call('GET', '/v1/subscriptions');
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { status: 503, title: 'Service Unavailable' },
      });
      expect(headers.get('content-type')).toContain('application/problem+json');
      const readiness = await service.call('GET', '/readyz');
      expect([readiness.status, readiness.body]).toEqual([
        503,
        { status: 'unavailable', unavailable: ['database'] },
      ]);
      expect((await service.call('GET', '/healthz')).status).toBe(200);
      await sleep(4_000);
      await postgres.resume();
      const back = Date.now();
      await eventually(async () => expect((await service.call('GET', '/readyz')).status).toBe(200));
      report(`ready ${Date.now() - back} ms after it returned`);
    });
    expectOnlyUnavailable(load);
    expect(caughtUpMs).toBeLessThan(30_000);
  });
});

describe('a database without a free connection', () => {
  it('spends no attempt and delays by seconds', async () => {
    const { load, caughtUpMs } = await underLoad(async () => {
      const hogs: Client[] = [];
      let fullSince: number | undefined;
      while (fullSince === undefined || Date.now() - fullSince < 3_000) {
        const hog = await postgres.session().catch(() => undefined);
        if (hog) hogs.push(hog);
        else {
          fullSince ??= Date.now();
          // None left: take the service's own as well.
          await hogs[0]?.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cpm-webhooks'`,
          );
          await sleep(50);
        }
      }
      await Promise.all(hogs.map((hog) => hog.end()));
    });
    expectOnlyUnavailable(load);
    expect(caughtUpMs).toBeLessThan(30_000);
  });
});

describe('an outcome that cannot be recorded', () => {
  /** Awaits that the attempt has given up to record by itself: an activity of its own does nothing else from then on. */
  const untilRecordingIsApart = (deliveryId: string): Promise<void> =>
    eventually(async () => {
      const { workflow } = await service.temporal();
      const { raw } = await workflow.getHandle(deliveryWorkflowId(deliveryId)).describe();
      const pending = raw.pendingActivities?.map(({ activityType }) => activityType?.name);
      expect(pending).toEqual(['recordAttempt']);
    });

  /** Fails every write of an outcome from the moment that a request arrives. */
  async function failing(answer: 200 | 500, trouble: (session: Client) => Promise<() => Promise<void>>) {
    const app = await service.application();
    const receiver = await service.receiver();
    const session = await postgres.session();
    let begun: Promise<() => Promise<void>> | undefined;
    receiver.behave(() => {
      begun ??= trouble(session);
      return { kind: 'answer', status: answer, delayMs: 300 };
    });
    await service.subscribe(app, receiver.url);
    const id = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const end = await begun;
    await untilRecordingIsApart(id);
    expect(receiver.received).toHaveLength(1);
    await end?.();
    await session.end();
    return { id, receiver };
  }

  const refusedWrites = async (session: Client) => {
    await session.query(`
      CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER refused BEFORE UPDATE ON "Attempt" FOR EACH ROW EXECUTE FUNCTION refuse();`);
    return async () => void (await session.query('DROP TRIGGER refused ON "Attempt"'));
  };

  const lockedTable = async (session: Client) => {
    await session.query('BEGIN; LOCK TABLE "Attempt" IN ACCESS EXCLUSIVE MODE');
    return async () => void (await session.query('COMMIT'));
  };

  it.each([
    ['refused', refusedWrites],
    ['locked', lockedTable],
  ])('after a 2xx is recorded later, and the webhook is not posted again: %s', async (_, trouble) => {
    const { id, receiver } = await failing(200, trouble);
    const ended = Date.now();
    const { attemptCount, attempts } = await service.untilStatus(id, 'delivered');
    report(`recorded ${Date.now() - ended} ms after the trouble`);
    expect(attemptCount).toBe(1);
    expect(attempts[0]).toMatchObject({ outcome: 'delivered', statusCode: 200 });
    expect(receiver.received).toHaveLength(1);
  });

  it('after a failure counts as the one attempt that it was', async () => {
    const { id, receiver } = await failing(500, refusedWrites);
    await eventually(async () => {
      const { status } = await service.db.delivery.findUniqueOrThrow({ where: { id } });
      expect(status).toBe('waiting');
    });
    expect(receiver.received).toHaveLength(3);
    const { attempts } = await service.delivery(id);
    expect(attempts.map(({ statusCode }: { statusCode: number }) => statusCode)).toEqual([500, 500, 500]);
  });
});
