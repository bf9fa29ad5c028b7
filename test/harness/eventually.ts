/** For what comes in moments by itself: a machine that is slow, and does much else, takes minutes. */
const PATIENCE_MS = 300_000;

/** Repeats until it does not throw, for at most `limitMs`; then throws what it threw last. */
export async function eventually<T>(work: () => T | Promise<T>, limitMs = PATIENCE_MS): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
