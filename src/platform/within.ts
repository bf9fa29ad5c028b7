import { setTimeout as sleep } from 'node:timers/promises';

/** What the work resolves with; undefined where it takes longer, and then it goes on. Milliseconds. */
export async function within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  const over = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    over.abort();
  }
}
