/** What the delivery workflow does to the world. Each activity calls a service of `src/delivery`. */
import { ApplicationFailure } from '@temporalio/activity';
import { makeAttempt, type AttemptContext } from '../src/delivery/attempt/make-attempt';
import { recordAttempt, recordCancel } from '../src/delivery/attempt/record';
import {
  ATTEMPT_FAILED,
  type AttemptResult,
  type DeliveryActivities,
} from '../workflows/deliver-webhook/contract';

/**
 * Creates the activities over the services of one worker process.
 * @param graceOver aborts when attempts in flight are to be given back, because the worker stops
 */
export function createDeliveryActivities(
  context: AttemptContext,
  graceOver: AbortSignal,
): DeliveryActivities {
  const attempt = (deliveryId: string): Promise<AttemptResult> =>
    whileRunning(graceOver, (shutdown) => makeAttempt(context, deliveryId, shutdown));
  return {
    async postWebhook(deliveryId) {
      const result = await attempt(deliveryId);
      if (result.kind === 'failed') throw attemptFailed(result);
      return result;
    },

    postWebhookInline: attempt,

    async recordAttempt(attempt) {
      const result = await recordAttempt(context.db, attempt, context.times);
      context.outboxChanged();
      return result;
    },

    async cancelDelivery(deliveryId) {
      const result = await recordCancel(context.db, deliveryId, 'cancelled in Temporal');
      context.outboxChanged();
      return result;
    },
  };
}

/**
 * A receiver's failure, for the retry policy and the Web UI: a short message, no content. Without attempts left in the
 * cycle it is not retried, also where a crash made the policy's own count differ.
 */
function attemptFailed(result: Extract<AttemptResult, { kind: 'failed' }>): ApplicationFailure {
  return ApplicationFailure.create({
    message:
      result.statusCode === null ? 'no complete answer from the endpoint' : `HTTP ${result.statusCode}`,
    type: ATTEMPT_FAILED,
    nonRetryable: result.attemptsLeft === 0,
    details: [result],
    category: 'BENIGN',
  });
}

/**
 * Aborts when the worker's grace time is over; a cancel alone lets the request finish, for a 2xx may be under way. The
 * worker's own signal and not Temporal's, which reaches no activity inside a workflow task.
 */
async function whileRunning<T>(worker: AbortSignal, work: (shutdown: AbortSignal) => Promise<T>): Promise<T> {
  const attempt = new AbortController();
  const abort = (): void => attempt.abort();
  if (worker.aborted) abort();
  worker.addEventListener('abort', abort, { once: true });
  try {
    return await work(attempt.signal);
  } finally {
    // The worker's signal outlives all attempts; nothing of them may stay with it.
    worker.removeEventListener('abort', abort);
  }
}
