/** What the production test claims, one after the other; each counts as one. */

/** Counts checks, and goes on after one that fails. */
export class Checks {
  passed = 0;
  failed = 0;

  /** Whether it held. */
  async check(name: string, work: () => Promise<unknown>): Promise<boolean> {
    const since = Date.now();
    try {
      await work();
      this.passed += 1;
      console.log(`PASS ${name} (${seconds(since)})`);
      return true;
    } catch (error) {
      this.failed += 1;
      console.log(
        `FAIL ${name} (${seconds(since)})\n  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      return false;
    }
  }
}

const seconds = (since: number): string => `${((Date.now() - since) / 1_000).toFixed(1)} s`;

/** Throws, with what was found, unless it is what was expected. */
export function mustBe(what: string, found: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`);
}

/** Repeats a look until it does not throw; then throws what it threw last. @param limitMs milliseconds */
export async function eventually<T>(look: () => T | Promise<T>, limitMs = 60_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
