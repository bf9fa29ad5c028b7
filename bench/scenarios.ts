/** What is measured. Each scenario is bounded in count and time, and talks to loopback only. */
import { call, startTimedReceiver, type Target, type TimedReceiver } from './client';

/** One row of the table. Times in milliseconds. */
export interface Result {
  readonly scenario: string;
  readonly deliveries: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const CATCH_UP_LIMIT_MS = 120_000;

/** Changes of as many citizens, recorded by so many callers at once: how fast they are accepted and delivered. */
export async function throughput(target: Target, changes: number, callers: number): Promise<Result> {
  const receiver = await startTimedReceiver();
  const stage = await prepare(target, [receiver.url]);
  const startedAt = performance.now();
  const accepted = await record(target, stage.application, changes, callers);
  await allArrived(receiver, accepted);
  const seconds = (Math.max(...receiver.arrivals.values()) - startedAt) / 1_000;
  await stage.clear();
  receiver.close();
  return {
    scenario: `${callers} callers, 1 subscription`,
    ...summarise(receiver, accepted),
    perSecond: changes / seconds,
  };
}

/** A quick endpoint beside one that takes seconds: what the quick one notices of it. */
export async function fairness(target: Target, changes: number): Promise<Result> {
  const [quick, slow] = [await startTimedReceiver(), await startTimedReceiver(3_000)];
  const stage = await prepare(target, [quick.url, slow.url]);
  const startedAt = performance.now();
  const accepted = await record(target, stage.application, changes, 2);
  const toQuick = new Map(
    [...accepted].filter(([, { subscriptionId }]) => subscriptionId === stage.subscriptions[0]),
  );
  await allArrived(quick, toQuick);
  const seconds = (Math.max(...quick.arrivals.values()) - startedAt) / 1_000;
  await stage.clear();
  quick.close();
  slow.close();
  return {
    scenario: 'beside an endpoint that takes 3 s',
    ...summarise(quick, toQuick),
    perSecond: changes / seconds,
  };
}

interface Recorded {
  readonly deliveries: readonly { readonly id: string; readonly subscriptionId: string }[];
}

type Accepted = Map<string, { readonly at: number; readonly subscriptionId: string }>;

async function record(
  target: Target,
  applicationId: string,
  changes: number,
  callers: number,
): Promise<Accepted> {
  const accepted: Accepted = new Map();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < changes) {
      const externalRef = `citizen-${next++}`;
      const { deliveries } = await call<Recorded>(target, 'POST', '/permissions/transactions', {
        ...{ applicationId, externalRef },
        changes: [{ optionType: 'option', optionId: 'o', justification: 'consent', state: 'GRANTED' }],
      });
      for (const { id, subscriptionId } of deliveries)
        accepted.set(id, { at: performance.now(), subscriptionId });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return accepted;
}

async function prepare(
  target: Target,
  urls: readonly string[],
): Promise<{ application: string; subscriptions: string[]; clear(): Promise<void> }> {
  const application = `bench-${Date.now().toString(36)}`;
  await call(target, 'PUT', `/applications/${application}`, { name: 'Benchmark' });
  await call(target, 'PUT', `/applications/${application}/options/o`, { name: 'Option' });
  const subscriptions: string[] = [];
  for (const url of urls) {
    const body = { applicationId: application, name: 'Benchmark', url, updateType: 'consent-receipts' };
    subscriptions.push((await call<{ id: string }>(target, 'POST', '/subscriptions', body)).id);
  }
  const clear = async (): Promise<void> => {
    for (const id of subscriptions) await call(target, 'DELETE', `/subscriptions/${id}`);
  };
  return { application, subscriptions, clear };
}

async function allArrived(receiver: TimedReceiver, accepted: Accepted): Promise<void> {
  const deadline = performance.now() + CATCH_UP_LIMIT_MS;
  while ([...accepted.keys()].some((id) => !receiver.arrivals.has(id))) {
    if (performance.now() > deadline) throw new Error('not everything arrived in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** From the 202 to the arrival; what arrives before the answer is read counts as 0. */
function summarise(
  receiver: TimedReceiver,
  accepted: Accepted,
): Pick<Result, 'deliveries' | 'p50' | 'p95' | 'p99'> {
  const waits = [...accepted].map(([id, { at }]) =>
    Math.max(0, (receiver.arrivals.get(id) ?? Infinity) - at),
  );
  waits.sort((a, b) => a - b);
  const percentile = (p: number): number =>
    waits[Math.min(waits.length - 1, Math.floor(waits.length * p))] ?? 0;
  return { deliveries: waits.length, p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}
