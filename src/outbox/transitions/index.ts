/**
 * Every write of a delivery's status, a function for each transition: its condition, and what follows from it (whom it
 * signals, what it erases, what Temporal is to be told). Nothing else in the product writes a status, which a lint rule holds.
 *
 * ```
 * pending ─► delivering ─► delivered
 *              │   ▲
 *              ▼   │            any unfinished one ─► cancelled, expired
 *   waiting, paused, blocked    any finished one   ─► pending, when it is sent again
 * ```
 *
 * Each takes many deliveries at once, which share its statements. Rows are locked in one order, so that two calls never
 * wait for each other in a circle. Finished is finished: the condition of every write but that of a 2xx and of a resend is
 * that the delivery is unfinished (rule `finished-stays-finished`).
 */
export { beginAttempts, closeUndone } from './begin';
export {
  finishUnsent,
  cancelFromTemporal,
  cancelDeliveries,
  cancelAllOf,
  cancelAndErase,
  resendDeliveries,
} from './end';
export { markDelivered, recordDelivered, recordFailedWithinCycle, markFailed } from './outcome';
export { parkDeliveries, parkBehindAttempt, holdBack, type LoadedVersion } from './wait';
