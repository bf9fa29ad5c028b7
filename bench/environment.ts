/** What a scenario runs in: a separate application with its subscriptions, and callers who record changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { call, type Target, type TimedReceiver } from './client';

const CATCH_UP_LIMIT_MS = 120_000;

/** An application with one subscription for each of some endpoints. */
export interface BenchEnvironment {
  readonly applicationId: string;
  readonly subscriptionIds: readonly string[];
  clear(): Promise<void>;
}

/** Creates the application and its subscriptions. */
export async function prepare(target: Target, urls: readonly string[]): Promise<BenchEnvironment> {
  const applicationId = `bench-${Date.now().toString(36)}`;
  await call(target, 'PUT', `/applications/${applicationId}`, { name: 'Benchmark' });
  await call(target, 'PUT', `/applications/${applicationId}/options/o`, { name: 'Option' });
  const subscriptionIds: string[] = [];
  for (const url of urls) {
    const body = { applicationId, name: 'Benchmark', url, updateType: 'consent-receipts' };
    subscriptionIds.push((await call<{ id: string }>(target, 'POST', '/subscriptions', body)).id);
  }
  const clear = async (): Promise<void> => {
    for (const id of subscriptionIds) await call(target, 'DELETE', `/subscriptions/${id}`);
  };
  return { applicationId, subscriptionIds, clear };
}

/** `changes` changes, each of another citizen, recorded by `callers` callers at once with a pause between two. */
export interface Load {
  readonly changes: number;
  readonly callers: number;
  readonly pauseMs?: number;
}

interface Recorded {
  readonly deliveries: readonly { readonly id: string; readonly subscriptionId: string }[];
}

/** Records the changes. Answers with the moments of the 202s by delivery, for the environment's first subscription. */
export async function record(
  target: Target,
  { applicationId, subscriptionIds }: BenchEnvironment,
  { changes, callers, pauseMs = 0 }: Load,
): Promise<Map<string, number>> {
  const accepted = new Map<string, number>();
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < changes) {
      const externalRef = `citizen-${next++}`;
      const { deliveries } = await call<Recorded>(target, 'POST', '/permissions/transactions', {
        ...{ applicationId, externalRef },
        changes: [{ optionType: 'option', optionId: 'o', justification: 'consent', state: 'GRANTED' }],
      });
      const delivery = deliveries.find((one) => one.subscriptionId === subscriptionIds[0]);
      if (delivery) accepted.set(delivery.id, performance.now());
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return accepted;
}

/** Awaits the arrival of all. @throws Error where they take longer than two minutes. */
export async function allArrived(
  receiver: TimedReceiver,
  deliveries: ReadonlyMap<string, unknown>,
): Promise<void> {
  await until(() => [...deliveries.keys()].every((id) => receiver.arrivals.has(id)));
}

/** Awaits a condition. @throws Error where it takes longer than two minutes. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + CATCH_UP_LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('it did not come to its end in time');
    await sleep(50);
  }
}
