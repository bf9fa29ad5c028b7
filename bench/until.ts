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

type Condition = () => boolean | Promise<boolean>;

/** Awaits a condition, and tells whether it came about in time. */
export async function happensWithin(
  condition: Condition,
  { signal, seconds, everyMs = 50 }: Wait,
): Promise<boolean> {
  const deadline = now() + seconds * 1_000;
  while (!(await condition())) {
    if (now() > deadline) return false;
    await sleep(everyMs, undefined, { signal });
  }
  return true;
}

/** Awaits a condition. @throws Error naming what did not happen in time. */
export async function until(what: string, condition: Condition, wait: Wait): Promise<void> {
  if (!(await happensWithin(condition, wait))) throw new Error(`not within ${wait.seconds} s: ${what}`);
}
