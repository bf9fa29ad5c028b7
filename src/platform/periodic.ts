import type { Logger } from './logger';
import { Wakeable } from './wakeable';

/** A task of the sweep. It answers true when more is left to do at once. */
export interface PeriodicTask {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<boolean>;
}

/** Runs each task at its interval, one run of a task at a time; a failing run is logged and tried at the next interval. */
export function startPeriodic(tasks: readonly PeriodicTask[], logger: Logger): { stop(): Promise<void> } {
  let stopping = false;
  const sleeps = tasks.map(() => new Wakeable());
  const loops = tasks.map(async (task, index) => {
    while (!stopping) {
      const more = await task.run().catch((error: unknown) => {
        logger.warn({ task: task.name, err: error }, 'a task of the sweep failed; it runs again');
        return false;
      });
      if (!more && !stopping) await sleeps[index]?.sleep(task.everyMs);
    }
  });
  return {
    async stop() {
      stopping = true;
      sleeps.forEach((sleep) => sleep.wake());
      await Promise.all(loops);
    },
  };
}
