import type { z } from 'zod';
import { KEPT_MS, type KeptByBrowser } from '../../src/access/kept-by-browser';
import type { Sealer } from '../../src/platform/encryption';
import type { Visitor } from './visitor';

/** Has what a browser keeps of a log-in be as if that had begun longer ago than it may. */
export function outlive<T extends z.ZodType>(visitor: Visitor, kind: KeptByBrowser<T>, sealer: Sealer): void {
  const [name, value] = visitor.cookie?.split('=') ?? [];
  const begun = new Date(Date.now() - KEPT_MS - 1_000);
  const kept = kind.open(sealer, value, begun);
  if (kept === undefined) throw new Error('the browser keeps no log-in');
  visitor.cookie = `${name}=${kind.seal(sealer, kept, begun)}`;
}
