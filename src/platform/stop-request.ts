/** How a process learns that it should stop. */

const DUPLICATE_MS = 1_000;

const stop = new AbortController();

/** Aborted as soon as the process is asked to stop. */
export const stopping = stop.signal;

/**
 * Resolves at SIGINT, SIGTERM or SIGHUP, or when the process that started this one through a
 * channel (`npm start`) is gone. Call it once, first thing.
 *
 * Ctrl-C arrives twice, from the terminal and from npm, so repetitions within a second are the same request. A later
 * one ends the process at once, for somebody who does not want to wait.
 */
export function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    stopping.addEventListener('abort', () => resolve(), { once: true });
    let requestedAt: number | undefined;
    const request = (): void => {
      const now = Date.now();
      if (requestedAt !== undefined && now - requestedAt > DUPLICATE_MS) process.exit(130);
      requestedAt ??= now;
      stop.abort();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
    process.once('disconnect', () => stop.abort());
    process.channel?.unref();
  });
}
