/** How much each scenario does. All are bounds: of count and of time, whichever comes first. */

/** Times in seconds. */
export interface Sizes {
  /** Changes recorded before anything is measured, so that code is compiled and caches are filled. */
  readonly warmUp: number;
  readonly floor: { readonly workflows: number; readonly seconds: number };
  readonly throughput: { readonly requests: number; readonly seconds: number };
  /** For each rate. */
  readonly openLoopSeconds: number;
  readonly idleSeconds: number;
  readonly fanOut: { readonly requests: number; readonly seconds: number };
  readonly neighbours: { readonly seconds: number };
  /** Deliveries that wait in the scenarios `backlog` and `withdrawal`. */
  readonly queue: number;
  /** Longest time until so many wait. */
  readonly queueSeconds: number;
  /** Longest wait for what was accepted to arrive. */
  readonly catchUpSeconds: number;
}

export const FULL: Sizes = {
  warmUp: 200,
  floor: { workflows: 2_000, seconds: 15 },
  throughput: { requests: 2_000, seconds: 15 },
  openLoopSeconds: 20,
  idleSeconds: 15,
  fanOut: { requests: 200, seconds: 15 },
  neighbours: { seconds: 20 },
  queue: 10_000,
  queueSeconds: 1_800,
  catchUpSeconds: 180,
};

export const QUICK: Sizes = {
  warmUp: 100,
  floor: { workflows: 500, seconds: 5 },
  throughput: { requests: 500, seconds: 5 },
  openLoopSeconds: 8,
  idleSeconds: 5,
  fanOut: { requests: 50, seconds: 5 },
  neighbours: { seconds: 12 },
  queue: 500,
  queueSeconds: 120,
  catchUpSeconds: 90,
};
