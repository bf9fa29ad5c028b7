import { randomUUID } from 'node:crypto';
import { cancelDeliveries, markDelivered } from '../../src/outbox/transitions';
import type { Received, Receiver } from '../../tools/receiver/receiver';
import { quickest } from '../harness/quickest';
import { report } from '../harness/report';
import { bodyOf, eventually, TestService } from '../harness/service';

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({}, 2); // two workers, the default interval of an hour
});
afterAll(() => service?.stop());

/** A head that waits for its hour, and a second delivery blocked by it. */
interface BlockedSequence {
  readonly app: string;
  readonly receiver: Receiver;
  readonly head: string;
  readonly second: string;
}

async function blockedSequence(): Promise<BlockedSequence> {
  const app = await service.application();
  const receiver = await service.receiver();
  receiver.behave({ kind: 'answer', status: 500 });
  await service.subscribe(app, receiver.url);
  const head = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
  await service.untilStatus(head, 'waiting');
  const second = (await service.consent(app, 'c-1', 'DENIED')).deliveries[0]?.id ?? '';
  await service.untilStatus(second, 'blocked');
  // The new change gave the head another cycle, which fails too.
  await eventually(() => expect(receiver.received.length).toBeGreaterThanOrEqual(6));
  await service.untilStatus(head, 'waiting');
  return { app, receiver, head, second };
}

/** From now on the delivery carries an e-mail whose link has expired. */
async function outdate(deliveryId: string): Promise<void> {
  const { applicationId, citizenId } = await service.db.delivery.findUniqueOrThrow({
    where: { id: deliveryId },
  });
  const [optInId, emailId, expiresAt] = [randomUUID(), randomUUID(), new Date(0)];
  await service.db.doubleOptIn.create({
    data: { id: optInId, applicationId, citizenId, status: 'expired', expiresAt },
  });
  await service.db.email.create({
    data: { id: emailId, optInId, type: 'double-opt-in', tokenHash: randomUUID(), expiresAt },
  });
  await service.db.delivery.update({ where: { id: deliveryId }, data: { emailId } });
}

/** Milliseconds by the database's clock between the end of one delivery and the first attempt of another. */
async function gapMs(finished: string, next: string): Promise<number> {
  const [first, second] = await Promise.all([
    service.db.delivery.findUniqueOrThrow({ where: { id: finished } }),
    service.db.attempt.findFirstOrThrow({ where: { deliveryId: next }, orderBy: { attempt: 'asc' } }),
  ]);
  return second.at.getTime() - (first.finishedAt?.getTime() ?? 0);
}

/** Milliseconds from the end of the first delivery, brought about by `finish`, to the first attempt of the second. */
function gapAfter(finish: (sequence: BlockedSequence) => Promise<unknown>): Promise<number> {
  return quickest(1_000, async () => {
    const sequence = await blockedSequence();
    sequence.receiver.behave({ kind: 'answer', status: 200 });
    await finish(sequence);
    await service.untilStatus(sequence.second, 'delivered');
    return gapMs(sequence.head, sequence.second);
  });
}

describe('a later delivery of the same subscription and citizen', () => {
  it('waits while an earlier one is undelivered, and goes out within a second after it is delivered', async () => {
    const gap = await gapAfter(async ({ receiver, head, second }) => {
      expect(receiver.received.every(({ headers }) => headers['webhook-id'] === head)).toBe(true);
      await service.ok('POST', `/v1/deliveries/${head}/retry`);
      await service.untilStatus(second, 'delivered');
      expect(receiver.received.slice(-2).map(({ headers }) => headers['webhook-id'])).toEqual([head, second]);
    });
    report(`${gap} ms after it was delivered`);
    expect(gap).toBeLessThan(1_000);
  });

  it('goes out within a second after it is cancelled', async () => {
    const gap = await gapAfter(({ head }) => service.ok('POST', `/v1/deliveries/${head}/cancel`));
    report(`${gap} ms after it was cancelled`);
    expect(gap).toBeLessThan(1_000);
  });

  it('goes out within a second after it has expired', async () => {
    const gap = await gapAfter(async ({ head }) => {
      await outdate(head);
      await service.ok('POST', `/v1/deliveries/${head}/retry`);
      await eventually(async () => expect((await service.delivery(head)).status).toBe('expired'));
    });
    report(`${gap} ms after it expired`);
    expect(gap).toBeLessThan(1_000);
  });

  it('does not overtake a request of the cancelled one that is still in flight', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave((_, count) => ({ kind: 'answer', status: 500, delayMs: count === 0 ? 4_000 : 0 }));
    await service.subscribe(app, receiver.url);
    const first = await service.consent(app, 'c-1', 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await service.ok('POST', `/v1/deliveries/${first.deliveries[0]?.id}/cancel`);
    receiver.behave({ kind: 'answer', status: 200 });
    const second = await service.consent(app, 'c-1', 'DENIED');
    await service.untilStatus(second.deliveries[0]?.id ?? '', 'delivered');
    const [begun, next] = receiver.received;
    expect((next?.at.getTime() ?? 0) - (begun?.at.getTime() ?? 0)).toBeGreaterThanOrEqual(3_950);
    expect((await service.delivery(first.deliveries[0]?.id ?? '')).status).toBe('cancelled');
  });

  it('cannot be retried past the earlier one', async () => {
    const { second } = await blockedSequence();
    expect((await service.call('POST', `/v1/deliveries/${second}/retry`)).status).toBe(409);
  });

  it('of another citizen or another subscription does not wait', async () => {
    const { app, receiver } = await blockedSequence();
    const healthy = await service.receiver();
    await service.subscribe(app, healthy.url);
    await service.consent(app, 'c-1', 'GRANTED');
    await eventually(() => expect(healthy.received).toHaveLength(1));
    receiver.behave({ kind: 'answer', status: 200 });
    const { deliveries } = await service.consent(app, 'c-other', 'GRANTED');
    for (const { id } of deliveries) await service.untilStatus(id, 'delivered');
  });

  it('is woken when the worker dies between delivering the earlier one and signalling it', async () => {
    const { receiver, head, second } = await blockedSequence();
    const outboxIsEmpty = async (): Promise<void> => {
      const entries = await service.db.delivery.count({ where: { outboxAction: { not: null } } });
      expect(entries).toBe(0);
    };
    await eventually(outboxIsEmpty);
    await service.stopWorkers();
    receiver.behave({ kind: 'answer', status: 200 });
    // What the transaction of that worker commits; then nobody is there to tell Temporal.
    await service.db.$transaction(async (tx) => {
      await markDelivered(tx, [{ deliveryId: head, statusCode: 200 }]);
    });
    const started = Date.now();
    await service.addWorker();
    await service.addWorker();
    await service.untilStatus(second, 'delivered');
    report(`${Date.now() - started} ms after a worker started`);
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it('is woken when the two before it finish at the same moment', async () => {
    const { app, head, second } = await blockedSequence();
    const third = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    await service.untilStatus(third, 'blocked');
    await service.untilStatus(head, 'waiting');
    const finish = (id: string, meanwhile: () => Promise<void>) =>
      service.db.$transaction(async (tx) => {
        await cancelDeliveries(tx, [id], 'ended by the test');
        await meanwhile();
      });
    let ending: Promise<void> = Promise.resolve();
    // The head finishes while the second's end is not committed yet, and may not take it for its unfinished successor.
    await finish(second, async () => {
      ending = finish(head, () => Promise.resolve());
      await eventually(async () => {
        const [{ waiting } = { waiting: 0 }] = await service.db.$queryRaw<{ waiting: number }[]>`
          SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`;
        expect(waiting).toBeGreaterThan(0);
      });
    });
    await ending;
    const ended = Date.now();
    await eventually(async () => {
      const { attemptCount } = await service.db.delivery.findUniqueOrThrow({ where: { id: third } });
      expect(attemptCount).toBeGreaterThan(0);
    });
    expect(Date.now() - ended).toBeLessThan(8_000); // before the sweep of blocked ones, which runs every ten seconds
  });
});

describe('a new change of a citizen whose delivery sleeps', () => {
  it('gives it a cycle at once', async () => {
    const bothAfterMs = await quickest(5_000, async () => {
      const app = await service.application();
      const receiver = await service.receiver();
      receiver.behave({ kind: 'answer', status: 500 });
      await service.subscribe(app, receiver.url);
      const head = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
      await service.untilStatus(head, 'waiting');
      receiver.behave({ kind: 'answer', status: 200 });
      const began = Date.now();
      const second = (await service.consent(app, 'c-1', 'DENIED')).deliveries[0]?.id ?? '';
      await service.untilStatus(second, 'delivered');
      expect(receiver.received.slice(3).map(({ headers }) => headers['webhook-id'])).toEqual([head, second]);
      return Date.now() - began;
    });
    report(`both delivered ${bothAfterMs} ms after the new change`);
    expect(bothAfterMs).toBeLessThan(5_000);
  });

  it('does so too when it arrives during the last attempt of a cycle', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave((_, count) => {
      if (count < 2) return { kind: 'answer', status: 500 };
      return { kind: 'answer', status: count === 2 ? 500 : 200, delayMs: count === 2 ? 700 : 0 };
    });
    await service.subscribe(app, receiver.url);
    const head = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    await eventually(() => expect(receiver.received).toHaveLength(3));
    const second = (await service.consent(app, 'c-1', 'DENIED')).deliveries[0]?.id ?? '';
    const began = Date.now();
    await service.untilStatus(second, 'delivered');
    expect(Date.now() - began).toBeLessThan(10_000); // and not after the hour
    expect((await service.delivery(head)).cycle).toBe(2);
  });
});

describe('concurrent changes of a few citizens, two workers, a slow and failing receiver', () => {
  it.each([1, 2, 3])('arrive in order and never take a permission back: seed %d', async (seed) => {
    const random = seeded(seed);
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave(() => {
      const fate = random();
      if (fate < 0.15) return { kind: 'answer', status: 503, delayMs: Math.floor(random() * 30) };
      if (fate < 0.2) return { kind: 'reset' };
      return { kind: 'answer', status: 200, delayMs: Math.floor(random() * 60) };
    });
    await service.subscribe(app, `${receiver.url}/full`, { updateType: 'effective-permission' });
    await service.subscribe(app, `${receiver.url}/delta`);
    const citizens = ['c-1', 'c-2', 'c-3'];
    const ids: string[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let i = 0; i < 8; i++) {
          const citizen = citizens[Math.floor(random() * citizens.length)] ?? 'c-1';
          const state = random() < 0.5 ? 'GRANTED' : 'DENIED';
          ids.push(...(await service.consent(app, citizen, state)).deliveries.map(({ id }) => id));
        }
      }),
    );
    await eventually(async () => {
      const left = await service.db.delivery.findMany({
        where: { id: { in: ids }, NOT: { status: 'delivered' } },
      });
      // Three failures in a row, and no newer change: it would sleep for its hour.
      for (const { id, status } of left) {
        if (status === 'waiting') await service.call('POST', `/v1/deliveries/${id}/retry`);
      }
      expect(left).toEqual([]);
    });
    expect(outOfOrder(receiver.received, firstArrivals(receiver.received))).toEqual([]);
    // Every request, repeated ones too: what a receiver applies as it comes never goes back to an older state.
    const full = receiver.received.filter(({ path }) => path === '/full');
    expect(outOfOrder(full, full)).toEqual([]);
    expect(statesThatWentBack(full)).toEqual([]);
    for (const externalRef of citizens) {
      const last = full.filter((webhook) => bodyOf(webhook).externalRef === externalRef).at(-1);
      const known = await service.call(
        'GET',
        `/v1/permissions?applicationId=${app}&externalRef=${externalRef}`,
      );
      if (!last) throw new Error(`nothing was sent of ${externalRef}`);
      expect(bodyOf(last).permissions).toEqual(known.body.permissions);
    }
  });
});

function firstArrivals(received: readonly Received[]): Received[] {
  const seen = new Set<string>();
  return received.filter(({ headers }) => {
    const id = headers['webhook-id'] ?? '';
    return seen.has(id) ? false : seen.add(id);
  });
}

/** Those of `arrivals` whose sequence is lower than that of one before, by subscription and citizen. */
function outOfOrder(received: readonly Received[], arrivals: readonly Received[]): string[] {
  const highest = new Map<string, number>();
  expect(received.length).toBeGreaterThan(0);
  return arrivals.flatMap((webhook) => {
    const orderingKey = `${webhook.headers['x-cpm-subscription-id']} ${bodyOf(webhook).citizenId}`;
    const sequence = Number(webhook.headers['x-cpm-sequence']);
    const before = highest.get(orderingKey) ?? 0;
    highest.set(orderingKey, Math.max(before, sequence));
    return sequence < before ? [`${orderingKey}: ${sequence} after ${before}`] : [];
  });
}

/** Bodies whose permission was recorded before that of one received earlier. */
function statesThatWentBack(received: readonly Received[]): string[] {
  const latest = new Map<string, string>();
  return received.flatMap((webhook) => {
    const { citizenId, permissions } = bodyOf(webhook) as {
      citizenId: string;
      permissions: { recordedAt: string }[];
    };
    const recordedAt = permissions[0]?.recordedAt ?? '';
    const before = latest.get(citizenId) ?? '';
    latest.set(citizenId, recordedAt > before ? recordedAt : before);
    return recordedAt < before ? [`${citizenId}: ${recordedAt} after ${before}`] : [];
  });
}
