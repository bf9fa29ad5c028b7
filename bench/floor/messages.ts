/** What the benchmark and the process of the floor tell each other. */

/** Runs up to `workflows` for up to `seconds`, `concurrency` of them at once. */
export interface FloorLoad {
  readonly workflows: number;
  readonly seconds: number;
  readonly concurrency: number;
}

export interface FloorResult {
  readonly workflows: number;
  readonly seconds: number;
}

/** From the process: that it can be given a load, or what came of one. */
export type FloorReport =
  { readonly kind: 'ready' } | { readonly kind: 'done'; readonly result: FloorResult };
