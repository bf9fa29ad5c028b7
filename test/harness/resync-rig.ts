/** Runs the resync workflow over steps that a test scripts. */
import {
  resyncWorkflowId,
  type ResyncActivities,
  type ResyncProgress,
} from '../../workflows/resync/contract';
import type { RunningWorkflow, WorkflowRig } from './workflow-rig';

/** What became of a resync. */
export interface PlayedResync<T> {
  /** When each step was taken, by the server's clock, which skips. */
  readonly steps: readonly number[];
  /** How often the workflow cancelled the resync in the database. */
  readonly cancels: number;
  readonly result: T;
}

/** The last step. */
export const resyncEnded = (status: 'completed' | 'cancelled' | 'gone'): ResyncProgress => ({
  ended: true,
  status,
});

/** A step that leaves work for the next one. */
export const resyncGoesOn = (waitMs: number, done = 1): ResyncProgress => ({
  ended: false,
  done,
  total: 900,
  waitMs,
});

/** Plays a resync whose steps are scripted by their number, which starts at 1. */
export async function playResync<T>(
  rig: WorkflowRig,
  step: (count: number) => ResyncProgress,
  during: (handle: RunningWorkflow<void>) => Promise<T>,
): Promise<PlayedResync<T>> {
  const steps: number[] = [];
  let cancels = 0;
  const nextBatch = async (): Promise<ResyncProgress> => {
    steps.push(await rig.env.currentTimeMs());
    return step(steps.length);
  };
  const activities: ResyncActivities = {
    processNextBatch: nextBatch,
    advanceResync: nextBatch,
    cancelResync() {
      cancels += 1;
      return Promise.resolve();
    },
  };
  const resyncId = `r-${Math.random().toString(36).slice(2)}`;
  const result = await rig.run(
    { type: 'resync', workflowId: resyncWorkflowId(resyncId), input: { resyncId }, activities },
    during,
  );
  return { steps, cancels, result };
}

/** Awaits the sleep after a step: the test server can't cancel an activity in flight. */
export async function untilAsleep(
  rig: WorkflowRig,
  handle: RunningWorkflow<void>,
  afterSteps = 1,
): Promise<void> {
  for (;;) {
    const { events = [] } = await handle.fetchHistory();
    const sleeps = events?.filter((event) => event.timerStartedEventAttributes) ?? [];
    if (sleeps.length >= afterSteps) return;
    await rig.env.sleep(100);
  }
}
