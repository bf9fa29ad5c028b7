/** What the delivery workflow does to the world. Each activity calls a service of `src/delivery`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { activityInfo, ApplicationFailure, CompleteAsyncError } from '@temporalio/activity';
import type { AttemptContext } from '../src/delivery/attempt/context';
import { makeAttempt, type AttemptUnderWay } from '../src/delivery/attempt/make-attempt';
import { recordAttempt, recordCancel } from '../src/delivery/attempt/record';
import { longestAttemptMs } from '../src/delivery/attempt/send';
import type { AttemptReports } from '../src/outbox/attempt-reports';
import type { Background } from '../src/platform/background';
import {
  ATTEMPT_FAILED,
  type AttemptResult,
  type DeliveryActivities,
  type NotInline,
} from '../workflows/deliver-webhook/contract';

/** A request that the receiver has not answered by then leaves its workflow task (rule `neighbours-do-not-wait`). */
const INLINE_MS = 1_000;

/** What the activities need beside the attempts themselves. */
export interface DeliveryActivityContext extends AttemptContext {
  readonly reports: AttemptReports;
  /** Where requests go on whose activity has given its slot back. */
  readonly background: Background;
  /** Aborts when attempts in flight are to be given back, because the worker stops. */
  readonly graceOver: AbortSignal;
}

/** Creates the activities over the services of one worker process. */
export function createDeliveryActivities(context: DeliveryActivityContext): DeliveryActivities {
  const { reports, background } = context;
  return {
    async postWebhook(deliveryId) {
      const begun = await begin(context.graceOver, (shutdown) =>
        makeAttempt(context, deliveryId, { inline: false, shutdown }),
      );
      if (begun.kind !== 'underWay') return begun;
      const { taskToken } = activityInfo();
      background.run(
        begun.ended.then((result) =>
          result.kind === 'failed'
            ? reports.failed(taskToken, attemptFailed(result))
            : reports.completed(taskToken, result),
        ),
      );
      // The request goes on without the slot, so that those who wait for a receiver take none from the others.
      throw new CompleteAsyncError();
    },

    async postWebhookInline(deliveryId) {
      const begun = await begin(context.graceOver, (shutdown) =>
        makeAttempt(context, deliveryId, { inline: true, shutdown }),
      );
      if (begun.kind !== 'underWay') return begun;
      const answered = await within(begun.ended, INLINE_MS);
      if (answered) return answered;
      begun.leaveTask();
      const { attemptId } = begun;
      background.run(begun.ended.then((result) => reports.ended(deliveryId, { attemptId, result })));
      return { kind: 'continuing', attemptId, withinMs: longestAttemptMs(context.times.requestTimeoutMs) };
    },

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
 * Begins an attempt that is given back when the worker's grace time is over. A cancel alone lets the request finish, for a
 * 2xx may be under way. The worker's own signal and not Temporal's, which reaches no activity inside a workflow task.
 */
async function begin<T extends AttemptResult | NotInline>(
  graceOver: AbortSignal,
  make: (shutdown: AbortSignal) => Promise<T | AttemptUnderWay>,
): Promise<T | AttemptUnderWay> {
  const attempt = new AbortController();
  const abort = (): void => attempt.abort();
  if (graceOver.aborted) abort();
  graceOver.addEventListener('abort', abort, { once: true });
  // The worker's signal outlives all attempts; nothing of them may stay with it.
  const forget = (): void => graceOver.removeEventListener('abort', abort);
  try {
    const begun = await make(attempt.signal);
    if (begun.kind === 'underWay') void begun.ended.then(forget);
    else forget();
    return begun;
  } catch (error) {
    forget();
    throw error;
  }
}

/** What the work resolves with; undefined where it takes longer. */
async function within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  const over = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  const first = await Promise.race([work, limit]);
  over.abort();
  return first;
}
