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

  /** What the browser is given. */
  seal(sealer: Sealer, value: z.output<T>): string {
    return sealer.seal(JSON.stringify({ what: this.what, until: Date.now() + KEPT_MS, value }), 'log-in');
  }

  /** What was given; undefined where it is nothing of this kind, or is over. */
  open(sealer: Sealer, sealed: string | undefined): z.output<T> | undefined {
    if (sealed === undefined) return undefined;
    try {
      const { what, until, value } = kept.parse(JSON.parse(sealer.open(sealed, 'log-in')));
      return what === this.what && until > Date.now() ? this.schema.parse(value) : undefined;
    } catch {
      return undefined; // what a browser sends may be anything
    }
  }
}
