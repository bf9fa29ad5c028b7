/** What is known of deliveries when their status is written. */

/** An attempt that is about to be made, of a delivery as it was loaded. */
export interface AttemptToBegin {
  readonly deliveryId: string;
  /** As loaded: one whose entry is newer has been signalled since, and is to look at the world again. */
  readonly outboxVersion: number;
  readonly attemptId: string;
  /** Its number; the delivery has made all those before, and no more. */
  readonly attempt: number;
  readonly cycle: number;
  /** Failures of this cycle so far. */
  readonly cycleFailures: number;
  /** At the start of a cycle, the newest sequence that is known by now; null within one. */
  readonly seenSequence: number | null;
  /** What the request carries as `x-cpm-sequence`. */
  readonly sentSequence: number;
  readonly bodySealed: string;
  /** Without credentials. */
  readonly requestHeaders: Record<string, string>;
}

/** What follows from a failed attempt. */
export interface FailedAttempt {
  readonly deliveryId: string;
  /** Failures of this cycle, this one included. */
  readonly cycleFailures: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  /** `waiting` once the cycle is over. */
  readonly status: 'delivering' | 'waiting';
  /** Until the next attempt; milliseconds. */
  readonly waitMs: number;
}
