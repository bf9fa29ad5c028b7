/**
 * Sends the state of every citizen to one subscription again, a few citizens at a time.
 *
 * How far it is stands in the database, and is committed with the deliveries of each step: a step that is repeated, or a
 * workflow that is started anew after Temporal lost it, goes on where the last one ended. Whoever cancels the resync
 * writes so into the database; the next step finds it.
 */
import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ResyncActivities, ResyncInput } from './contract';

const { advanceResync, cancelResync } = proxyActivities<ResyncActivities>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
});

/** A run ends after this many steps, long before its history is large. */
const STEPS_PER_RUN = 300;

/** Runs a resync to its end. Cancelling the workflow cancels the resync. */
export async function resync(input: ResyncInput): Promise<void> {
  try {
    await run(input);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => cancelResync(input.resyncId));
    throw error;
  }
}

async function run(input: ResyncInput): Promise<void> {
  for (let steps = 0; ; steps += 1) {
    if (steps >= STEPS_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof resync>(input);
    }
    const step = await advanceResync(input.resyncId);
    if (step.ended) {
      setCurrentDetails(`Ended: ${step.status}.`);
      return;
    }
    setCurrentDetails(`${step.done} of ${step.total} citizens.`);
    await sleep(step.waitMs, { summary: 'pace of the resync' });
  }
}
