/**
 * What others need to talk to the `deliverWebhook` workflow: input, result, signals, query, activities.
 * Only ids and numbers go through here (rule `ids-only`): Temporal keeps inputs and results for as long as it likes.
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Labels } from '../shared/search-attributes';

/** Statuses of a delivery, as in the database and in REST. */
export const DELIVERY_STATUSES = [
  'pending',
  'delivering',
  'waiting',
  'paused',
  'blocked',
  'delivered',
  'cancelled',
  'expired',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Statuses that are never left but by a resend. */
export const FINISHED_STATUSES = ['delivered', 'cancelled', 'expired'] as const satisfies DeliveryStatus[];
export type FinishedStatus = (typeof FINISHED_STATUSES)[number];

/** One cycle is this many attempts (rule `retry-cycles`). */
export const ATTEMPTS_PER_CYCLE = 3;

const WORKFLOW_ID_PREFIX = 'delivery-';

/** The id of a delivery's workflow, the same over every run of it. */
export function deliveryWorkflowId(deliveryId: string): string {
  return WORKFLOW_ID_PREFIX + deliveryId;
}

/** The delivery of a workflow by that id; undefined for workflows of other kinds. */
export function deliveryIdOf(workflowId: string): string | undefined {
  return workflowId.startsWith(WORKFLOW_ID_PREFIX) ? workflowId.slice(WORKFLOW_ID_PREFIX.length) : undefined;
}

/**
 * Try now: an operator asks for it, a newer change of the same citizen waits for this one (rule `ordering`), or its endpoint works
 * again (rule `early-recovery`).
 */
export const retryNow = defineSignal('retryNow');
/** URL, credentials or status of the subscription changed (rule `changes-reach-waiting-deliveries`). */
export const subscriptionChanged = defineSignal('subscriptionChanged');
/** The delivery before this one, of the same subscription and citizen, is finished, or its request is over (rule `ordering`). */
export const predecessorFinished = defineSignal('predecessorFinished');
/** An attempt that had left its workflow task is over. It carries the result, since it takes the place of an activity's. */
export const attemptEnded = defineSignal<[AttemptEnd]>('attemptEnded');

/** What the `state` query answers. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  /** Cycles begun in this run of the workflow. */
  readonly cyclesInRun: number;
  readonly lastStatusCode: number | null;
}
export const stateQuery = defineQuery<DeliveryState>('state');

/** Input of {@link deliverWebhook}. Durations in milliseconds. */
export interface DeliverWebhookInput {
  readonly deliveryId: string;
  /** The endpoint looks healthy and quick: make the first attempt inside the workflow task. */
  readonly inlineFirst: boolean;
  /** Wait before the second attempt of a cycle; doubles for the third. */
  readonly attemptBackoffMs: number;
  /** Longest time of one request; the activity's own limit lies above it. */
  readonly requestTimeoutMs: number;
  /**
   * What the run shows to visibility together with its status, from the task on in which it first has one to show: for most
   * deliveries their only one, so that the server indexes them once. Runs that an earlier version started lack it, and have
   * had the same from their start.
   */
  readonly shows?: Labels;
  /**
   * What {@link shows} has taken the place of: visibility is told how it ended, also when it has never waited. Runs that version
   * 0.1 started have neither and end as they did. Both stand in the input, since a patch marker would cost every delivery two
   * more events.
   */
  readonly showsEnd?: true;
  /**
   * An attempt that a signal has asked for is made inside the workflow task as well, where the endpoint looks healthy and quick. Runs of
   * earlier versions lack it and go on as they did; in the input for the reason of {@link showsEnd}.
   */
  readonly inlineAfterSignal?: true;
}

/** Result of {@link deliverWebhook}; `gone` when the delivery was deleted meanwhile. */
export interface DeliverWebhookResult {
  readonly status: FinishedStatus | 'gone';
  readonly lastStatusCode: number | null;
}

/** How one call of the POST activity ended. */
export type AttemptResult =
  /** Nothing is left to do; `status` says why. */
  | {
      readonly kind: 'finished';
      readonly status: FinishedStatus | 'gone';
      readonly statusCode: number | null;
    }
  /** The subscription is paused: no request was made (rule `pause-skips-changes`). */
  | { readonly kind: 'paused' }
  /**
   * An earlier delivery of the same citizen is undelivered: no request was made (rule `ordering`). With `retryInMs` it is a
   * request in flight of another one (rule `one-in-flight`), which is surely over after that time, should nobody say so.
   */
  | { readonly kind: 'blocked'; readonly retryInMs?: number }
  /**
   * No request was made and no attempt spent: our own trouble, or the endpoint's own limit is reached (rule
   * `our-trouble-spends-no-attempt`). Where it is known for how long, `inTurn` says that it is this delivery's turn after that
   * wait: the limit's, or that of an access token that is not to be had.
   */
  | {
      readonly kind: 'busy';
      readonly retryInMs: number;
      readonly inTurn?: true;
      readonly awaits?: 'token';
      /** Visibility is told of the wait as of an attempt; results of versions that did not have no such field. */
      readonly isShown?: true;
    }
  /** The receiver failed; `attemptsLeft` of this cycle, and the sleep where none is. */
  | {
      readonly kind: 'failed';
      readonly statusCode: number | null;
      readonly attemptsLeft: number;
      readonly sleepMs: number;
      /** The wait until the next attempt of the cycle, where the receiver has asked for one longer than the backoff. */
      readonly waitMs?: number;
    }
  /** The request was made, but its outcome could not be recorded: {@link UnrecordedAttempt}. */
  | { readonly kind: 'unrecorded'; readonly attempt: UnrecordedAttempt };

/** No attempt is made inside the workflow task just now: make it as a normal activity. */
export interface NotInline {
  readonly kind: 'notInline';
}

/**
 * The receiver has not answered yet, and a workflow task must not wait for it any longer. The request goes on in the
 * worker's process, which sends {@link attemptEnded}.
 */
export interface Continuing {
  readonly kind: 'continuing';
  readonly attemptId: string;
  /** By then it is surely over. Where no signal has come, the process died: make another attempt. */
  readonly withinMs: number;
}

/** How an attempt ended that was `continuing`. */
export interface AttemptEnd {
  readonly attemptId: string;
  readonly result: AttemptResult;
}

/** What is left to record of an attempt, without content of the receiver's answer. */
export interface UnrecordedAttempt {
  readonly deliveryId: string;
  readonly attemptId: string;
  readonly outcome: 'delivered' | 'failed';
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  /** The wait that the receiver asks for; absent from what version 0.1 left to be recorded. */
  readonly retryAfterMs?: number | null;
}

/** Type of the failure by which the POST activity reports a receiver's failure; its details hold a `failed` result. */
export const ATTEMPT_FAILED = 'AttemptFailed';

/** The activities of {@link deliverWebhook}. */
export interface DeliveryActivities {
  /**
   * Makes one attempt and records it. A receiver's failure is thrown as {@link ATTEMPT_FAILED}, so that the retry policy
   * and the Web UI see it; everything else is returned.
   */
  postWebhook(deliveryId: string): Promise<AttemptResult>;
  /**
   * The same inside a workflow task, which it leaves after about a second. A receiver's failure is returned, never
   * thrown.
   */
  postWebhookInline(deliveryId: string): Promise<AttemptResult | NotInline | Continuing>;
  /** Records an attempt whose outcome could not be recorded at once; never posts. */
  recordAttempt(attempt: UnrecordedAttempt): Promise<AttemptResult>;
  /** Makes the delivery cancelled unless it is finished; answers with how it ended. */
  cancelDelivery(deliveryId: string): Promise<DeliverWebhookResult>;
}
