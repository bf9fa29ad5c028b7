/**
 * Milliseconds of the machine's monotonic clock. All processes of one machine share it, so that a moment taken by the
 * receiver can be compared with one taken by the callers.
 */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
