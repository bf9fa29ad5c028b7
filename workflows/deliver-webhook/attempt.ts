/** How the delivery workflow calls its activities, and how their failures read as results. */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import {
  ATTEMPTS_PER_CYCLE,
  ATTEMPT_FAILED,
  type AttemptResult,
  type Continuing,
  type DeliverWebhookInput,
  type DeliveryActivities,
  type NotInline,
} from './contract';

/** What an activity needs beside the request itself: reading and recording. */
const MARGIN_MS = 10_000;
/** Wait after an attempt that a crash cut off, or that failed in a way of our own. */
const OUR_TROUBLE_MS = 1_000;

/** Our own bookkeeping: retried without limit, since nothing of it asks anything of the receiver (rule `our-trouble-spends-no-attempt`). */
const bookkeeping = (summary: string): Pick<DeliveryActivities, 'recordAttempt' | 'cancelDelivery'> =>
  proxyActivities({
    summary,
    startToCloseTimeout: '20s',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
  });

const { recordAttempt } = bookkeeping('note how the request ended, which was not possible at once');
export const { cancelDelivery } = bookkeeping('note that it is cancelled');

/**
 * The first attempt, inside the workflow task: a third of the cost of a normal activity. Only for endpoints that look
 * healthy and quick, and only for about a second, since it occupies a workflow-task slot (rule `neighbours-do-not-wait`).
 */
export async function attemptInline(
  input: DeliverWebhookInput,
): Promise<AttemptResult | NotInline | Continuing> {
  const { postWebhookInline } = proxyLocalActivities<Pick<DeliveryActivities, 'postWebhookInline'>>({
    startToCloseTimeout: input.requestTimeoutMs + MARGIN_MS,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 1 },
  });
  return resultOf(() => postWebhookInline(input.deliveryId));
}

/**
 * The attempts that are left of a cycle, as one activity whose retry policy makes them (rule `retry-cycles`). The database counts
 * too: where a crash used up one of the policy's tries, the result says how many attempts the receiver still gets.
 */
export async function attemptNormally(
  input: DeliverWebhookInput,
  attemptsLeft: number,
): Promise<AttemptResult> {
  const { postWebhook } = proxyActivities<Pick<DeliveryActivities, 'postWebhook'>>({
    // Longer than any request can last, so that a second try never overlaps the first.
    startToCloseTimeout: input.requestTimeoutMs + MARGIN_MS,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `up to ${attemptsLeft} attempts`,
    retry: {
      maximumAttempts: attemptsLeft,
      initialInterval: input.attemptBackoffMs * 2 ** (ATTEMPTS_PER_CYCLE - attemptsLeft),
      backoffCoefficient: 2,
      maximumInterval: input.attemptBackoffMs * 2 ** ATTEMPTS_PER_CYCLE,
    },
  });
  return resultOf(() => postWebhook(input.deliveryId));
}

/** Has the outcome of an attempt recorded where that was not possible at once. */
export async function recorded(result: AttemptResult): Promise<AttemptResult> {
  return result.kind === 'unrecorded' ? recordAttempt(result.attempt) : result;
}

async function resultOf<T extends AttemptResult | NotInline | Continuing>(
  call: () => Promise<T>,
): Promise<T | AttemptResult> {
  try {
    const result = await call();
    return result.kind === 'unrecorded' ? await recorded(result) : result;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    const { cause } = error;
    if (cause instanceof ApplicationFailure && cause.type === ATTEMPT_FAILED) {
      return cause.details?.[0] as AttemptResult;
    }
    return { kind: 'busy', retryInMs: OUR_TROUBLE_MS };
  }
}
