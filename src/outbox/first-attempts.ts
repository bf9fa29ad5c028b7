/**
 * First attempts of the deliveries that this process has started. Its dispatcher starts no more than are worked on at once, so
 * that those that wait do so in the outbox: there the urgent ones go first, and none of them costs more for having waited, as
 * it would in a task queue.
 */

/** One that another worker has taken, or that is lost, is awaited no longer than this. Milliseconds. */
const LONGEST_MS = 2_000;

/** There is one in each worker. */
export class FirstAttempts {
  private readonly awaited = new Map<string, () => void>();

  constructor(private readonly longestMs = LONGEST_MS) {}

  /** Call it before the workflow is started. Resolves when the attempt needs this process no longer. */
  over(deliveryId: string): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(limit);
        this.awaited.delete(deliveryId);
        resolve();
      };
      const limit = setTimeout(end, this.longestMs);
      this.awaited.set(deliveryId, end);
    });
  }

  /** The attempt has ended, was not made, or only waits for its receiver. */
  end(deliveryId: string): void {
    this.awaited.get(deliveryId)?.();
  }
}
