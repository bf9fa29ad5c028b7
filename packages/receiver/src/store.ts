/** What a receiver remembers of the webhooks that it has handled. */

/** What is remembered of one ordering key (a subscription and a citizen), while a webhook of it is looked at. */
export interface Memory<Tx = undefined> {
  /** Whether a webhook of that id was handled. */
  has(id: string): Promise<boolean>;
  /** The highest `x-cpm-sequence` that was handled; 0 where there was none. */
  highest(): Promise<number>;
  /** Notes a webhook as handled. */
  note(id: string, sequence: number): Promise<void>;
  /** What the handler may write with, so that it is kept or lost together with the note; undefined where a store has no such thing. */
  readonly transaction: Tx;
}

/** Where it is kept. Any database will do that can lock a row. */
export interface Store<Tx = undefined> {
  /**
   * Does something while nobody else does anything of the same ordering key, in this process or another: an attempt that took too long is
   * made again while the first is still being handled. What was noted is kept only if `work` succeeds.
   */
  inTurn<Result>(orderingKey: string, work: (memory: Memory<Tx>) => Promise<Result>): Promise<Result>;
}

/** What became of a webhook: it was handled; it was known by its id; or something later of the citizen was handled before. */
export type Taken = 'handled' | 'known' | 'stale';

/** A webhook, as far as its order is concerned. */
export interface Ordered {
  readonly id: string;
  readonly orderingKey: string;
  readonly sequence: number;
}

/**
 * Has a webhook handled unless it is known or stale. It is noted after `handle`, so where that fails the webhook is handled when it comes again;
 * where noting fails after that, it is handled twice, unless both are of one transaction.
 */
export function takeInTurn<Tx>(
  store: Store<Tx>,
  { id, orderingKey, sequence }: Ordered,
  handle: (transaction: Tx) => Promise<void>,
): Promise<Taken> {
  return store.inTurn(orderingKey, async (memory) => {
    if (await memory.has(id)) return 'known';
    if (sequence < (await memory.highest())) return 'stale';
    await handle(memory.transaction);
    await memory.note(id, sequence);
    return 'handled';
  });
}
