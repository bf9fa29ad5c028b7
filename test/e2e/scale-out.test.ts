/** Two workers and two APIs, each a process, on one PostgreSQL and one Temporal: what docs/scaling.md says can be added. */
import type { ChildProcess } from 'node:child_process';
import type { Received, Receiver } from '../../tools/receiver/receiver';
import { freePorts } from '../harness/free-ports';
import { end, spawnPartOf } from '../harness/part-process';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

const CITIZENS = 8;
const CHANGES = 4;
/** Of a fair half. */
const LEAST_SHARE = 0.1;

/** Looks at the data of the processes; it runs no worker, and its API takes no change. */
let service: TestService;
const parts: ChildProcess[] = [];
let apis: string[];

beforeAll(async () => {
  service = await TestService.start({}, 0);
  const ports = await freePorts(2);
  apis = ports.map((port) => `http://127.0.0.1:${port}`);
  for (const port of ports) start('api', { CPM_PORT: String(port) });
  for (const url of apis)
    await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200));
});
afterAll(async () => {
  await Promise.all(parts.map((part) => end(part, 'SIGKILL')));
  await service?.stop();
});

function start(part: 'api' | 'worker', settings: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawnPartOf(service, part, settings);
  parts.push(child);
  return child;
}

/** Records a citizen's changes one after the other, each at the other API, and answers with the ids of their deliveries. */
async function recordChanges(app: string, citizen: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < CHANGES; n++) {
    const answer = await fetch(`${apis[n % apis.length]}/v1/permissions/transactions`, {
      method: 'POST',
      headers: { 'x-api-key': service.key, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ applicationId: app, externalRef: citizen },
        changes: [
          {
            ...{ optionType: 'option', optionId: 'newsletter', justification: 'consent' },
            state: n % 2 === 0 ? 'GRANTED' : 'DENIED',
          },
        ],
      }),
    });
    expect(answer.status).toBe(202);
    const { deliveries } = (await answer.json()) as { deliveries: { id: string }[] };
    ids.push(...deliveries.map(({ id }) => id));
  }
  return ids;
}

/** A round: an application with a receiver, and changes of many citizens at once. */
async function begin(): Promise<{ app: string; receiver: Receiver; recorded: Promise<string[]> }> {
  const app = await service.application();
  const receiver = await service.receiver();
  receiver.behave({ kind: 'answer', status: 200, delayMs: 20 });
  await service.subscribe(app, receiver.url);
  await service.subscribe(app, receiver.url, { updateType: 'effective-permission' });
  const citizens = Array.from({ length: CITIZENS }, (_, i) => `c-${i}`);
  const recorded = Promise.all(citizens.map((citizen) => recordChanges(app, citizen))).then((ids) =>
    ids.flat(),
  );
  return { app, receiver, recorded };
}

const ALL = CITIZENS * CHANGES * 2;

/** Of the deliveries: a content that is not that of the delivery's own change has a number behind the id. */
const idsOf = (received: readonly Received[]): string[] =>
  received.map(({ headers }) => (headers['webhook-id'] ?? '').slice(0, UUID_LENGTH));
const UUID_LENGTH = 36;

/** Everything accepted has arrived, and no ordering key has ever gone back. */
async function untilAllArrived(receiver: Receiver, ids: readonly string[]): Promise<void> {
  expect(ids).toHaveLength(ALL);
  await eventually(() => expect(new Set(idsOf(receiver.received))).toEqual(new Set(ids)));
  for (const id of ids) await service.untilStatus(id, 'delivered');
  const newest = new Map<string, number>();
  for (const { headers, body } of receiver.received) {
    const { citizenId } = JSON.parse(body) as { citizenId: string };
    const key = `${headers['x-cpm-subscription-id']} ${citizenId}`;
    const sequence = Number(headers['x-cpm-sequence']);
    expect(sequence).toBeGreaterThanOrEqual(newest.get(key) ?? 0);
    newest.set(key, sequence);
  }
}

/** Of an application's deliveries: each has had one workflow run. */
async function expectOneRunEach(app: string, ids: readonly string[]): Promise<void> {
  const { workflow } = await service.temporal();
  await eventually(async () => {
    const runs: string[] = [];
    for await (const { workflowId } of workflow.list({ query: `CpmApplicationId = '${app}'` }))
      runs.push(workflowId);
    expect(runs.sort()).toEqual(ids.map((id) => `delivery-${id}`).sort());
  });
}

/** How many workflow tasks each worker has completed, by its process. */
async function tasksByWorker(ids: readonly string[]): Promise<Map<number, number>> {
  const { workflow } = await service.temporal();
  const tasks = new Map<number, number>();
  for (const id of ids) {
    const { events } = await workflow.getHandle(`delivery-${id}`).fetchHistory();
    for (const { workflowTaskCompletedEventAttributes: task } of events ?? []) {
      const pid = Number(task?.identity?.split('@')[0]);
      if (task) tasks.set(pid, (tasks.get(pid) ?? 0) + 1);
    }
  }
  return tasks;
}

describe('two workers and two APIs side by side', () => {
  it('start nothing twice, keep the order, and share the work', async () => {
    const workers = [start('worker'), start('worker')];
    const { app, receiver, recorded } = await begin();
    const ids = await recorded;
    await untilAllArrived(receiver, ids);
    await expectOneRunEach(app, ids);
    expect(idsOf(receiver.received)).toHaveLength(ALL); // none twice
    const tasks = await tasksByWorker(ids);
    const total = [...tasks.values()].reduce((sum, n) => sum + n, 0);
    const shares = workers.map(({ pid = 0 }) => (tasks.get(pid) ?? 0) / total);
    report(`shares of the workers: ${shares.map((share) => share.toFixed(2)).join(' and ')}`);
    for (const share of shares) expect(share).toBeGreaterThan(LEAST_SHARE);
    await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
    expect(workers.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  });

  it('lose nothing and keep the order when one worker is killed, another is stopped, and new ones take their places', async () => {
    const [killed, stopped] = [start('worker'), start('worker')];
    const { app, receiver, recorded } = await begin();
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(ALL / 6));
    await end(killed, 'SIGKILL');
    start('worker');
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(ALL / 3));
    await end(stopped, 'SIGTERM');
    expect(stopped.exitCode).toBe(0);
    start('worker');
    const ids = await recorded;
    await untilAllArrived(receiver, ids);
    await expectOneRunEach(app, ids);
    const cutOff = await service.db.attempt.count({
      where: { deliveryId: { in: ids }, OR: [{ outcome: null }, { outcome: { not: 'delivered' } }] },
    });
    const twice = receiver.received.length - ALL;
    report(`${twice} of ${ALL} arrived twice, ${cutOff} attempts were cut off`);
    expect(twice).toBeLessThanOrEqual(cutOff); // only what was in flight when its worker died
  });
});
