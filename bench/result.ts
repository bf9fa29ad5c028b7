/** One row of the table. Times in milliseconds. */
export interface Result {
  readonly scenario: string;
  readonly deliveries: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A row from when each delivery's clock began and when it arrived, both in milliseconds of `performance.now()`. */
export function summarise(
  scenario: string,
  begun: ReadonlyMap<string, number>,
  arrivals: ReadonlyMap<string, number>,
  startedAt: number,
): Result {
  // What arrives before the answer to its change is read counts as 0.
  const waits = [...begun].map(([id, at]) => Math.max(0, (arrivals.get(id) ?? Infinity) - at));
  waits.sort((a, b) => a - b);
  const last = Math.max(...[...begun.keys()].map((id) => arrivals.get(id) ?? Infinity));
  const percentile = (p: number): number =>
    waits[Math.min(waits.length - 1, Math.floor(waits.length * p))] ?? 0;
  return {
    scenario,
    deliveries: waits.length,
    perSecond: waits.length / ((last - startedAt) / 1_000),
    p50: percentile(0.5),
    p95: percentile(0.95),
    p99: percentile(0.99),
  };
}
