import { createHash } from 'node:crypto';
import { resyncWorkflowId } from '../../workflows/resync/contract';
import { bodyOf, eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

interface State {
  readonly externalRef: string;
  readonly permissions: readonly { readonly state: string }[];
}

interface Digests {
  readonly differing: number;
  readonly items: readonly {
    readonly externalRef: string;
    readonly delivered: { readonly digest: string } | null;
    readonly differs: boolean;
  }[];
}

/** As docs/webhooks.md tells receivers to calculate it. */
function digestOfBody(webhook: Parameters<typeof bodyOf>[0]): string {
  const { sentAt, ...state } = bodyOf(webhook) as State & { readonly sentAt: string };
  expect(sentAt).toMatch(/Z$/);
  const sorted = JSON.stringify(state, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}

interface Resync {
  readonly id: string;
  readonly status: string;
  readonly done: number;
  readonly total: number;
}

const subscribe = (applicationId: string, url: string): Promise<{ id: string }> =>
  service.subscribe(applicationId, url, { updateType: 'effective-permission' }) as Promise<{ id: string }>;

const begin = (subscriptionId: string, body: object = {}): Promise<Resync> =>
  service.ok('POST', `/v1/subscriptions/${subscriptionId}/resync`, body) as Promise<Resync>;

const follow = (subscriptionId: string, { id }: Resync): Promise<Resync> =>
  service.ok('GET', `/v1/subscriptions/${subscriptionId}/resyncs/${id}`) as Promise<Resync>;

const untilCompleted = (subscriptionId: string, resync: Resync): Promise<Resync> =>
  eventually(async () => {
    const now = await follow(subscriptionId, resync);
    if (now.status !== 'completed') throw new Error(`the resync is ${now.status}`);
    return now;
  });

describe('a resync', () => {
  it('sends what is in effect for every citizen, to a subscription that was not there before', async () => {
    const app = await service.application();
    await service.consent(app, 'anna@shop', 'GRANTED');
    await service.consent(app, 'anna@shop', 'DENIED');
    await service.consent(app, 'ben@shop', 'GRANTED');
    const receiver = await service.receiver();
    const { id } = await subscribe(app, receiver.url);
    const resync = await begin(id);
    expect(await untilCompleted(id, resync)).toMatchObject({ done: 2, total: 2 });
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const sent = receiver.received.map((webhook) => {
      const { externalRef, permissions } = bodyOf(webhook) as State;
      return [externalRef, permissions[0]?.state, webhook.headers['x-cpm-sequence']];
    });
    expect(sent.sort()).toEqual([
      ['anna@shop', 'DENIED', '2'],
      ['ben@shop', 'GRANTED', '1'],
    ]);
    const workflow = (await service.temporal()).workflow.getHandle(resyncWorkflowId(resync.id));
    await workflow.result();
    expect(JSON.stringify(await workflow.fetchHistory())).not.toContain('anna@shop');
  });

  it('leaves the receiver on the present state, although an older one was in flight', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave((_, count) => ({ kind: 'answer', status: 200, delayMs: count === 0 ? 3_000 : 0 }));
    const { id } = await subscribe(app, receiver.url);
    await service.consent(app, 'anna@shop', 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'paused' });
    await service.consent(app, 'anna@shop', 'DENIED');
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'active' });
    await untilCompleted(id, await begin(id));
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const states = receiver.received.map((webhook) => (bodyOf(webhook) as State).permissions[0]?.state);
    expect(states).toEqual(['GRANTED', 'DENIED']);
  });

  it('sends only what differs from what was delivered last, where that is asked for', async () => {
    const app = await service.application();
    await service.consent(app, 'ben@shop', 'GRANTED'); // before there was the subscription
    const receiver = await service.receiver();
    const { id } = await subscribe(app, receiver.url);
    const digests = (): Promise<Digests> =>
      service.ok('GET', `/v1/subscriptions/${id}/digest`) as Promise<Digests>;
    for (const externalRef of ['anna@shop', 'cleo@shop']) await service.consent(app, externalRef, 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(2));
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'paused' });
    await service.consent(app, 'cleo@shop', 'DENIED');
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'active' });
    const before = await eventually(async () => {
      const now = await digests();
      expect(now.differing).toBe(2);
      return now;
    });
    expect(before.items.map(({ externalRef, differs }) => [externalRef, differs]).sort()).toEqual([
      ['anna@shop', false],
      ['ben@shop', true],
      ['cleo@shop', true],
    ]);
    expect(await untilCompleted(id, await begin(id, { onlyDifferent: true }))).toMatchObject({
      ...{ onlyDifferent: true, total: 3, done: 3, deliveries: { queued: 2 } },
    });
    await eventually(() => expect(receiver.received).toHaveLength(4));
    const resent = receiver.received.slice(2).map((webhook) => (bodyOf(webhook) as State).externalRef);
    expect(resent.sort()).toEqual(['ben@shop', 'cleo@shop']);
    const after = await eventually(async () => {
      const now = await digests();
      expect(now.differing).toBe(0);
      return now;
    });
    // A receiver that keeps the bodies comes to the same digests.
    const held = new Map(
      receiver.received.map((webhook) => [(bodyOf(webhook) as State).externalRef, digestOfBody(webhook)]),
    );
    expect(
      new Map(after.items.map(({ externalRef, delivered }) => [externalRef, delivered?.digest])),
    ).toEqual(held);
  });

  it('begins once a worker is there, and goes on when Temporal has lost it', async () => {
    const app = await service.application();
    await service.consent(app, 'c-1', 'GRANTED');
    const receiver = await service.receiver();
    const { id } = await subscribe(app, receiver.url);
    await service.stopWorkers();
    const resync = await begin(id);
    expect((await follow(id, resync)).status).toBe('running');
    // Paused, it waits in its workflow; which is then terminated in Temporal.
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'paused' });
    await service.addWorker();
    const workflow = (await service.temporal()).workflow.getHandle(resyncWorkflowId(resync.id));
    await eventually(() => workflow.describe());
    await workflow.terminate();
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { status: 'active' });
    await untilCompleted(id, resync);
    await eventually(() => expect(receiver.received).toHaveLength(1));
  });

  it('is cancelled on demand, and in Temporal', async () => {
    const app = await service.application();
    await service.consent(app, 'c-1', 'GRANTED');
    const { id } = await subscribe(app, 'http://127.0.0.1:9/');
    for (const inTemporal of [false, true]) {
      const resync = await begin(id);
      const workflow = (await service.temporal()).workflow.getHandle(resyncWorkflowId(resync.id));
      await eventually(() => workflow.describe());
      if (inTemporal) await workflow.cancel();
      else await service.ok('POST', `/v1/subscriptions/${id}/resyncs/${resync.id}/cancel`);
      await workflow.result().catch(() => undefined);
      expect((await follow(id, resync)).status).toBe('cancelled');
    }
  });
});
