/** An open loop: requests are sent when they are due, whether the ones before are answered or not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../measure/clock';

/** Evenly spaced requests. */
export interface Schedule {
  readonly perSecond: number;
  readonly seconds: number;
}

/** When each request is due, in milliseconds from the start; one at least. */
export function dueOffsets({ perSecond, seconds }: Schedule): number[] {
  const requests = Math.max(1, Math.floor(perSecond * seconds));
  return Array.from({ length: requests }, (_, n) => (n * 1_000) / perSecond);
}

/**
 * Sends each request when it is due, at once where that moment has passed, and awaits the answers at the end. `send` gets
 * the number of the request, from 0, and the moment at which it was due: a wait counted from there holds the delays of a
 * service that keeps its callers waiting, which callers that wait for answers would leave out.
 */
export async function runSchedule(
  schedule: Schedule,
  signal: AbortSignal,
  send: (n: number, dueAt: number) => Promise<unknown>,
): Promise<void> {
  const startedAt = now();
  const answers: Promise<unknown>[] = [];
  for (const [n, offset] of dueOffsets(schedule).entries()) {
    const dueAt = startedAt + offset;
    // Node's timers count whole milliseconds, and may be one early.
    for (let early = dueAt - now(); early > 0; early = dueAt - now()) {
      await sleep(Math.ceil(early), undefined, { signal });
    }
    const answer = send(n, dueAt);
    // It is awaited only at the end, where its failure is thrown.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  await Promise.all(answers);
}
