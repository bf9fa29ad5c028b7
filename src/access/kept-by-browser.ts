/** What a browser keeps of a log-in that is under way: sealed, for a while, and good for nothing else. */
import { z } from 'zod';
import type { Sealer } from '../platform/encryption';

/** From one step of a log-in to the next. Milliseconds. */
export const KEPT_MS = 10 * 60_000;

const kept = z.object({ what: z.string(), until: z.number(), value: z.unknown() });

/** A kind of what is kept. */
export class KeptByBrowser<T extends z.ZodType> {
  /** @param what tells kinds apart */
  constructor(
    private readonly what: string,
    private readonly schema: T,
  ) {}

  /** What the browser is given. @param now by the database's clock, since another process may open it (rule `database-clock`) */
  seal(sealer: Sealer, value: z.output<T>, now: Date): string {
    const until = now.getTime() + KEPT_MS;
    return sealer.seal(JSON.stringify({ what: this.what, until, value }), 'log-in');
  }

  /** What was given; undefined where it is nothing of this kind, or is over. @param now by the same clock */
  open(sealer: Sealer, sealed: string | undefined, now: Date): z.output<T> | undefined {
    if (sealed === undefined) return undefined;
    try {
      const { what, until, value } = kept.parse(JSON.parse(sealer.open(sealed, 'log-in')));
      return what === this.what && until > now.getTime() ? this.schema.parse(value) : undefined;
    } catch {
      return undefined; // what a browser sends may be anything
    }
  }
}
