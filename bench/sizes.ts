/** How much each scenario does. All are bounds: of count and of time, whichever comes first. */

/** Times in seconds. */
export interface Sizes {
  /** Changes recorded before anything is measured, so that code is compiled and caches are filled. */
  readonly warmUp: number;
  readonly floor: { readonly workflows: number; readonly seconds: number };
  readonly throughput: { readonly requests: number; readonly seconds: number };
  /** Longest wait for what was accepted to arrive. */
  readonly catchUpSeconds: number;
}

export const FULL: Sizes = {
  warmUp: 200,
  floor: { workflows: 2_000, seconds: 15 },
  throughput: { requests: 2_000, seconds: 15 },
  catchUpSeconds: 180,
};

export const QUICK: Sizes = {
  warmUp: 100,
  floor: { workflows: 500, seconds: 5 },
  throughput: { requests: 500, seconds: 5 },
  catchUpSeconds: 90,
};
