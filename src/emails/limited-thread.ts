/**
 * A thread of limited time: it works on one message at a time, and is ended when its answer takes too long. The message after that gets a
 * new thread. While it has nothing to do it keeps no process alive.
 */
import type { Worker } from 'node:worker_threads';

/** Longest time until a new thread is ready, milliseconds. */
const START_LIMIT_MS = 30_000;

/** The thread was ended, or ended by itself (out of memory): nothing is known of what it worked on. */
export class GivenUpError extends Error {}

/**
 * How long an answer may still take, in milliseconds; asked again when that time is over, until none is left. It begins when the
 * message is sent.
 */
export type TimeLeft = () => number;

/** @template Ready what the thread says first, when it can take messages */
export class LimitedThread<Ready> {
  private running: Promise<{ readonly worker: Worker; readonly ready: Ready }> | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  /** @param create starts a thread that answers each message with one of its own, after a first one */
  constructor(private readonly create: () => Worker) {}

  /** Sends a message when it is its turn. @param limit of the answer @throws GivenUpError */
  ask(message: unknown, limit: (ready: Ready) => TimeLeft): Promise<unknown> {
    const working = this.queue.then(() => this.work(message, limit));
    this.queue = working.catch(() => undefined);
    return working;
  }

  private async work(message: unknown, limit: (ready: Ready) => TimeLeft): Promise<unknown> {
    const { worker, ready } = await (this.running ??= this.start());
    worker.ref();
    try {
      worker.postMessage(message);
      return await this.nextMessage(worker, limit(ready));
    } finally {
      worker.unref();
    }
  }

  private async start(): Promise<{ readonly worker: Worker; readonly ready: Ready }> {
    const worker = this.create();
    worker.on('error', () => undefined); // such as out of memory; its exit follows
    return { worker, ready: (await this.nextMessage(worker, within(START_LIMIT_MS))) as Ready };
  }

  private nextMessage(worker: Worker, timeLeft: TimeLeft): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout;
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        worker.off('message', came).off('exit', giveUp);
        then();
      };
      const came = (message: unknown): void => settle(() => resolve(message));
      const giveUp = (): void =>
        settle(() => {
          this.running = undefined;
          void worker.terminate();
          reject(new GivenUpError());
        });
      const look = (): void => {
        const leftMs = timeLeft();
        if (leftMs <= 0) giveUp();
        else timer = setTimeout(look, Math.ceil(leftMs));
      };
      worker.on('message', came).on('exit', giveUp);
      look();
    });
  }
}

/** A limit by the clock. @param limitMs milliseconds from now */
export function within(limitMs: number): TimeLeft {
  const end = performance.now() + limitMs;
  return () => end - performance.now();
}
