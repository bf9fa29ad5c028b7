/** The shapes that a resync's life can take. */
import { WorkflowFailedError } from '@temporalio/client';
import type { ResyncProgress } from '../../../workflows/resync/contract';
import { playResync, resyncEnded, resyncGoesOn, untilAsleep } from '../resync-rig';
import type { RunningWorkflow, WorkflowRig } from '../workflow-rig';
import type { Shape } from './shape';

type Meanwhile = (handle: RunningWorkflow<void>, rig: WorkflowRig) => Promise<unknown>;

const untilItsEnd: Meanwhile = (handle) => handle.result();

/** The steps are taken in turn; the last one again and again. */
function shapeOf(steps: readonly ResyncProgress[], meanwhile: Meanwhile = untilItsEnd): Shape {
  return async (rig) => {
    const step = (count: number): ResyncProgress =>
      steps[Math.min(count, steps.length) - 1] as ResyncProgress;
    const played = await playResync(rig, step, async (handle) => {
      await meanwhile(handle, rig);
      return rig.takeHistories(handle);
    });
    return played.result;
  };
}

const stepsOf = (count: number): ResyncProgress[] =>
  Array.from({ length: count }, (_, i) => resyncGoesOn(1_000, 100 * (i + 1)));

/** By the name of the file that a recording gets. */
export const RESYNC_SHAPES: Readonly<Record<string, Shape>> = {
  'completed-in-steps': shapeOf([...stepsOf(3), resyncEnded('completed')]),
  'nothing-to-send': shapeOf([resyncEnded('completed')]),
  // A step that finds its subscription paused sends nothing and asks for a longer pause.
  'waits-while-paused': shapeOf([
    resyncGoesOn(1_000, 100),
    ...Array.from({ length: 3 }, () => resyncGoesOn(10_000, 100)),
    resyncGoesOn(1_000, 200),
    resyncEnded('completed'),
  ]),
  'cancelled-in-the-database': shapeOf([...stepsOf(2), resyncEnded('cancelled')]),
  'subscription-gone': shapeOf([...stepsOf(1), resyncEnded('gone')]),
  'cancelled-while-asleep': shapeOf([...stepsOf(2), resyncGoesOn(3_600_000)], async (handle, rig) => {
    await untilAsleep(rig, handle, 3);
    await handle.cancel();
    await handle.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    });
  }),
  'still-running': shapeOf([...stepsOf(2), resyncGoesOn(3_600_000)], (handle, rig) =>
    untilAsleep(rig, handle, 3),
  ),
  'continued-as-new': shapeOf([...stepsOf(305), resyncEnded('completed')]),
};
