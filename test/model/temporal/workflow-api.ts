/** Takes the place of `@temporalio/workflow`: what the product's workflows use of it, over {@link WorkflowRun}. */
import type { ActivityOptions } from '@temporalio/workflow';
import { scope, type WorkflowRun } from './run';

export * from '@temporalio/common';
export { isCancellation } from './failures';

export const ActivityCancellationType = {
  WAIT_CANCELLATION_COMPLETED: 'WAIT_CANCELLATION_COMPLETED',
} as const;

export const defineSignal = (name: string): object => ({ type: 'signal', name });
export const defineQuery = (name: string): object => ({ type: 'query', name });

export function setHandler({ name }: { readonly name: string }, handler: (...args: unknown[]) => void): void {
  current().handlers.set(name, handler);
}

export const condition = (over: () => boolean, limitMs?: number): Promise<boolean> =>
  current().wait(over, limitMs);

export async function sleep(ms: number): Promise<void> {
  await current().wait(() => false, ms);
}

export function proxyActivities(options: ActivityOptions): object {
  return new Proxy(
    {},
    {
      get:
        (_, name: string) =>
        (...args: unknown[]) =>
          current().activity(name, args, options),
    },
  );
}

/** No attempt is made inside a workflow task here. */
export const proxyLocalActivities = proxyActivities;

export const CancellationScope = {
  nonCancellable: <T>(work: () => Promise<T>): Promise<T> =>
    scope.run({ run: current(), shielded: true }, work),
};

export const workflowInfo = (): object => ({ continueAsNewSuggested: false });
export const patched = (): boolean => true;
export const upsertSearchAttributes = (): void => undefined;
export const setCurrentDetails = (): void => undefined;

export function continueAsNew(): never {
  throw new Error('no history here is long enough for it');
}

function current(): WorkflowRun {
  const found = scope.getStore();
  if (!found) throw new Error('outside of a workflow');
  return found.run;
}
