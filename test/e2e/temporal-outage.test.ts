import { deliveryIdOf } from '../../tools/receiver/receiver';
import { readConfig } from '../../src/platform/config';
import { startLoad } from '../harness/load';
import { OwnTemporal } from '../harness/own-temporal';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

/** How long Temporal is away under load; a minute proves the same as these seconds, and takes longer. */
const OUTAGE_MS = Number(process.env.CPM_TEST_OUTAGE_MS ?? 10_000);
jest.setTimeout(1_800_000 + OUTAGE_MS);

let temporal: OwnTemporal;
let service: TestService;
beforeAll(async () => {
  temporal = await OwnTemporal.start();
  const { address, uiUrl } = temporal;
  service = await TestService.start({ temporal: { ...readConfig({}).temporal, address, uiUrl } });
});
afterAll(async () => {
  await service?.stop();
  await temporal?.remove();
});

const ready = async (): Promise<unknown> => (await service.call('GET', '/readyz')).body as unknown;

/** Runs of the delivery's workflow, by Temporal's own account. */
async function runOf(deliveryId: string): Promise<{ status: string; runId: string }> {
  const { workflow } = await service.temporal();
  const { status, runId } = await workflow.getHandle(`delivery-${deliveryId}`).describe();
  return { status: status.name, runId };
}

/** Awaits a run other than `before`. */
const untilStartedAgain = (deliveryId: string, before: string): Promise<void> =>
  eventually(async () => {
    const { status, runId } = await runOf(deliveryId);
    expect(status).toBe('RUNNING');
    expect(runId).not.toBe(before);
  });

/** One delivery of a citizen of its own that waits for its hour. */
async function waitingDelivery(app: string, externalRef: string): Promise<string> {
  const { deliveries } = await service.consent(app, externalRef, 'GRANTED');
  const id = deliveries[0]?.id ?? '';
  await service.untilStatus(id, 'waiting');
  return id;
}

describe('while Temporal is away', () => {
  it('changes are accepted and readiness says what is missing; all is delivered when it returns', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    await service.subscribe(app, receiver.url);
    const load = startLoad(service, app, { citizens: 200, pauseMs: 100 });
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(20));
    await temporal.stop();
    const awaySince = Date.now();
    await eventually(async () =>
      expect(await ready()).toEqual({ status: 'unavailable', unavailable: ['temporal'] }),
    );
    const before = load.accepted.length;
    await eventually(() => expect(Date.now() - awaySince).toBeGreaterThan(OUTAGE_MS), OUTAGE_MS + 10_000);
    expect(load.accepted.length).toBeGreaterThan(before + 20);
    await temporal.resume();
    const back = Date.now();
    await eventually(async () => expect(await ready()).toEqual({ status: 'ready' }));
    const readyAfterMs = Date.now() - back;
    await load.stop();
    expect(load.refused).toEqual([]);
    await eventually(async () => {
      const left = await service.db.delivery.count({ where: { NOT: { status: 'delivered' } } });
      expect(left).toBe(0);
    });
    const ids = new Set(receiver.received.map(deliveryIdOf));
    const promised = load.accepted.flatMap(({ deliveryIds }) => deliveryIds);
    expect(promised.filter((id) => !ids.has(id))).toEqual([]);
    report(
      `ready ${readyAfterMs} ms after it returned, ${promised.length} delivered after ${Date.now() - back} ms`,
    );
    expect(readyAfterMs).toBeLessThan(15_000);
  });
});

describe('a Temporal that has lost everything', () => {
  it('is given back what waits, is blocked, or is paused', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const subscription = await service.subscribe(app, receiver.url);
    const waiting = await waitingDelivery(app, 'c-1');
    const paused = await waitingDelivery(app, 'c-2');
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status: 'paused' });
    await service.untilStatus(paused, 'paused');
    await service.untilStatus(waiting, 'paused');

    const other = await service.application();
    await service.subscribe(other, receiver.url);
    const head = await waitingDelivery(other, 'c-1');
    const blocked = (await service.consent(other, 'c-1', 'DENIED')).deliveries[0]?.id ?? '';
    await service.untilStatus(blocked, 'blocked');
    await service.untilStatus(head, 'waiting');

    await temporal.stop();
    temporal.wipe();
    await temporal.resume();
    const back = Date.now();
    for (const id of [paused, waiting, head, blocked]) await untilStartedAgain(id, '');
    report(`started again ${Date.now() - back} ms after a wiped Temporal returned`);
    receiver.behave({ kind: 'answer', status: 200 });
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status: 'active' });
    // Its new run has had its cycle while the receiver was failing, or has it now.
    await eventually(async () => {
      await service.call('POST', `/v1/deliveries/${head}/retry`);
      expect((await service.delivery(head)).status).toBe('delivered');
    });
    for (const id of [paused, waiting, blocked]) await service.untilStatus(id, 'delivered');
  });
});

describe('a workflow', () => {
  it('that is terminated is noticed and started again', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    await service.subscribe(app, receiver.url);
    const id = await waitingDelivery(app, 'c-1');
    const { runId } = await runOf(id);
    receiver.behave({ kind: 'answer', status: 200 });
    await (await service.temporal()).workflow.getHandle(`delivery-${id}`).terminate();
    const terminated = Date.now();
    await eventually(async () => expect((await runOf(id)).runId).not.toBe(runId));
    report(`started again ${Date.now() - terminated} ms after it was terminated`);
    await service.untilStatus(id, 'delivered');
  });

  it.each(['waiting', 'paused'])('whose %s delivery is gone ends by itself', async (status) => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const subscription = await service.subscribe(app, receiver.url);
    const id = await waitingDelivery(app, 'c-1');
    if (status === 'paused') {
      await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status });
      await service.untilStatus(id, status);
    }
    await service.db.delivery.delete({ where: { id } });
    const gone = Date.now();
    await eventually(async () => expect((await runOf(id)).status).toBe('COMPLETED'));
    report(`ended ${Date.now() - gone} ms after its delivery was gone`);
  });
});
