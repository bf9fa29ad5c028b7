/** Waiting that ends early where the run is to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './measure/clock';

/** How a condition is waited for. */
export interface Wait {
  readonly signal: AbortSignal;
  /** Longest wait, in seconds. */
  readonly seconds: number;
  /** Milliseconds between two looks; default 50. */
  readonly everyMs?: number;
}

/** Awaits a condition. @throws Error naming what did not happen in time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { signal, seconds, everyMs = 50 }: Wait,
): Promise<void> {
  const deadline = now() + seconds * 1_000;
  while (!(await condition())) {
    if (now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(everyMs, undefined, { signal });
  }
}
