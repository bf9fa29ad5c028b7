/** What the delivery workflow does to the world. Each activity calls a service of `src/delivery`. */
import { activityInfo, ApplicationFailure, CompleteAsyncError } from '@temporalio/activity';
import type { AttemptContext } from '../src/delivery/attempt/context';
import { makeAttempt } from '../src/delivery/attempt/make-attempt';
import { recordAttempt, recordCancel } from '../src/delivery/attempt/record';
import { longestAttemptMs } from '../src/delivery/attempt/send';
import { QUICK_MS } from '../src/delivery/endpoint-watch';
import type { AttemptReports } from '../src/outbox/attempt-reports';
import type { FirstAttempts } from '../src/outbox/first-attempts';
import type { Background } from '../src/platform/background';
import { reasonText } from '../src/platform/reasons';
import { within } from '../src/platform/within';
import {
  ATTEMPT_FAILED,
  type AttemptResult,
  type DeliveryActivities,
} from '../workflows/deliver-webhook/contract';

/** Most attempts are over by then. Milliseconds. */
const ANSWERED_SOON_MS = 250;

/** What the activities need beside the attempts themselves. */
export interface DeliveryActivityContext extends AttemptContext {
  readonly reports: AttemptReports;
  /** Told when an attempt needs this process no longer. */
  readonly firstAttempts: FirstAttempts;
  /** Where requests go on whose activity has given its slot back. */
  readonly background: Background;
  /**
   * Aborts when attempts in flight are to be given back, because the worker stops. A cancel alone lets a request finish, for
   * a 2xx may be under way. The worker's own signal and not Temporal's, which reaches no activity inside a workflow task.
   */
  readonly graceOver: AbortSignal;
}

/** Creates the activities over the services of one worker process. */
export function createDeliveryActivities(context: DeliveryActivityContext): DeliveryActivities {
  const { reports, firstAttempts, background, graceOver } = context;
  return {
    async postWebhook(deliveryId) {
      const begun = await makeAttempt(context, deliveryId, { inline: false, shutdown: graceOver });
      firstAttempts.end(deliveryId); // from here on it only waits for its receiver, if for anything
      if (begun.kind !== 'underWay') return begun;
      const { taskToken } = activityInfo();
      background.run(
        begun.ended.then((result) =>
          result.kind === 'failed'
            ? reports.failed(deliveryId, taskToken, attemptFailed(result))
            : reports.completed(deliveryId, taskToken, result),
        ),
      );
      // The request goes on without the slot, so that those who wait for a receiver take none from the others.
      throw new CompleteAsyncError();
    },

    async postWebhookInline(deliveryId) {
      const begun = await makeAttempt(context, deliveryId, { inline: true, shutdown: graceOver });
      if (begun.kind === 'notInline') return begun; // the attempt follows as a normal activity
      if (begun.kind !== 'underWay') {
        firstAttempts.end(deliveryId);
        return begun;
      }
      const soon = await within(begun.ended, ANSWERED_SOON_MS);
      firstAttempts.end(deliveryId); // if it only waits for its receiver, others may be started meanwhile
      // A request that is not answered by then leaves its workflow task (rule `neighbours-do-not-wait`).
      const answered = soon ?? (await within(begun.ended, QUICK_MS - ANSWERED_SOON_MS));
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
      const result = await recordCancel(context.db, deliveryId, reasonText('in_temporal'));
      context.outboxChanged();
      return result;
    },
  };
}

/**
 * A receiver's failure, for the retry policy and the Web UI: a short message, no content. Without attempts left in the
 * cycle it is not retried, also where a crash made the policy's own count differ. Nor is it where the receiver has asked for
 * a longer wait: a signal can end a wait of the workflow, but not one of the policy.
 */
function attemptFailed(result: Extract<AttemptResult, { kind: 'failed' }>): ApplicationFailure {
  return ApplicationFailure.create({
    message:
      result.statusCode === null ? 'no complete answer from the endpoint' : `HTTP ${result.statusCode}`,
    type: ATTEMPT_FAILED,
    nonRetryable: result.attemptsLeft === 0 || result.waitMs !== undefined,
    details: [result],
    category: 'BENIGN',
  });
}
