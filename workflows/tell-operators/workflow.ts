/**
 * Tells operators of alerts, by one message, for as long as it takes.
 *
 * ```
 * attempt ─ failed ──► a wait, as long as the activity says ─► attempt
 *    └───── sent, or there is nobody to tell any more ───────► done
 * ```
 */
import {
  CancellationScope,
  type ActivityInterfaceFor,
  continueAsNew,
  isCancellation,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { after, sayEnded, saySince } from '../shared/details';
import type { TellOperatorsActivities, TellOperatorsInput } from './contract';

const activities = (summary: string): ActivityInterfaceFor<TellOperatorsActivities> =>
  proxyActivities<TellOperatorsActivities>({
    summary,
    // Longer than a request, and a conversation with a mail server, may last.
    startToCloseTimeout: '3m',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
  });
const { sendAlertMessage } = activities('send the message');
const { dropAlertMessage } = activities('note that it is dropped');

/** A run ends after this many waits, long before its history is large. */
const WAITS_PER_RUN = 200;

/** Sends a message. Cancelling the workflow drops it. */
export async function tellOperators(input: TellOperatorsInput): Promise<void> {
  try {
    await run(input);
  } catch (error) {
    if (isCancellation(error))
      await CancellationScope.nonCancellable(() => dropAlertMessage(input.messageId));
    throw error;
  }
}

async function run(input: TellOperatorsInput): Promise<void> {
  for (let waits = 0; ; waits += 1) {
    if (waits >= WAITS_PER_RUN || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof tellOperators>(input);
    }
    const progress = await sendAlertMessage(input.messageId);
    if (progress.ended) {
      sayEnded(progress.status);
      return;
    }
    saySince(
      `not accepted, after ${progress.attempts} attempts`,
      `The next one is made at ${after(progress.waitMs)}; \`lastError\` of its row (AlertMessage) says why.`,
    );
    await sleep(progress.waitMs, { summary: 'until the next attempt' });
  }
}
