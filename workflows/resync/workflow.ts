/**
 * Sends the state of every citizen to one subscription again, a few citizens at a time.
 *
 * How far it is stands in the database, and is committed with the deliveries of each batch: a batch that is repeated, or a
 * workflow that is started anew after Temporal lost it, goes on where the last one ended. Cancelling a resync
 * is written into the database; the next batch finds it.
 */
import {
  CancellationScope,
  type ActivityInterfaceFor,
  continueAsNew,
  isCancellation,
  patched,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { after, sayEnded, saySince } from '../shared/details';
import { PLAIN_NAMES } from '../shared/patches';
import type { ResyncActivities, ResyncInput } from './contract';

const activities = (summary: string): ActivityInterfaceFor<ResyncActivities> =>
  proxyActivities<ResyncActivities>({
    summary,
    startToCloseTimeout: '1m',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
  });
const { processNextBatch, advanceResync } = activities('record deliveries for the next citizens');
const { cancelResync } = activities('note that it is cancelled');

/** A run ends after this many batches, long before its history is large. */
const BATCHES_PER_RUN = 300;

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
  for (let batches = 0; ; batches += 1) {
    if (batches >= BATCHES_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof resync>(input);
    }
    const nextBatch = patched(PLAIN_NAMES) ? processNextBatch : advanceResync;
    const progress = await nextBatch(input.resyncId);
    if (progress.ended) {
      sayEnded(progress.status);
      return;
    }
    saySince(
      `${progress.done} of ${progress.total} citizens have a delivery`,
      `It goes on at ${after(progress.waitMs)}.`,
    );
    await sleep(progress.waitMs, { summary: 'pace of the resync' });
  }
}
