import { setTimeout as sleep } from 'node:timers/promises';
import { IllegalStateError } from '@temporalio/common';
import type { Worker } from '@temporalio/worker';

/** How often the state is looked at. Milliseconds. */
const LOOK_MS = 1_000;

const REFUSED = 'Temporal has refused the worker its tasks';

/** A worker that can't go on, and whose `run()` may not end. */
export class WorkerFailedError extends Error {}

/**
 * Rejects once a worker can't go on. Its own promise does not tell: where Temporal refuses its polls, because a right was taken away or
 * the namespace is gone, the SDK says that it has failed, and then waits for polls that never end, or trips over its own references (1.24.0). Its state tells.
 * One that was asked to stop and had to be cut short counts as failed with the SDK; it has stopped, and is no failure here.
 * @param running what `run()` has answered
 * @param stopping whether it was asked to stop
 */
export async function failureOf(
  worker: Pick<Worker, 'getState'>,
  running: Promise<void>,
  stopping: () => boolean,
  lookMs = LOOK_MS,
): Promise<never> {
  let ended = false;
  const pause = (): Promise<void> => sleep(lookMs, undefined, { ref: false });
  const look = async (): Promise<void> => {
    while (!ended && worker.getState() !== 'FAILED') await pause();
    await pause(); // what it failed by is told first, where it is told
    if (!ended && !stopping()) throw new WorkerFailedError(REFUSED);
  };
  const told = running
    .finally(() => (ended = true))
    .catch((error: unknown) => {
      if (stopping()) return;
      throw error instanceof IllegalStateError ? new WorkerFailedError(REFUSED, { cause: error }) : error;
    });
  await Promise.race([told, look()]);
  return new Promise<never>(() => undefined);
}
