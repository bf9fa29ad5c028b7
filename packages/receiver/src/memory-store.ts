/** A store for one process, which forgets all when that ends: for trying things out, and where handling a webhook twice does no harm. */
import type { Memory, Store } from './store.ts';

/** What is kept of one ordering key. */
interface Kept {
  readonly ids: Set<string>;
  highest: number;
}

export interface MemoryLimits {
  /** Ordering keys that are remembered; then the one that was quiet for longest is forgotten. Default: 100,000. */
  readonly citizens?: number;
  /** Ids remembered of each; then the oldest is forgotten. Default: 1,000. */
  readonly idsOfEach?: number;
}

export function memoryStore({ citizens = 100_000, idsOfEach = 1_000 }: MemoryLimits = {}): Store {
  const kept = new Map<string, Kept>();
  const queues = new Map<string, Promise<unknown>>();

  const memoryOf = (key: string): Memory => ({
    has: (id) => Promise.resolve(kept.get(key)?.ids.has(id) ?? false),
    highest: () => Promise.resolve(kept.get(key)?.highest ?? 0),
    note: (id, sequence) => {
      const one = kept.get(key) ?? { ids: new Set(), highest: 0 };
      one.highest = sequence;
      one.ids.add(id);
      if (one.ids.size > idsOfEach) deleteFirst(one.ids);
      // At the end of the map stands what was heard of last.
      kept.delete(key);
      kept.set(key, one);
      if (kept.size > citizens) deleteFirst(kept);
      return Promise.resolve();
    },
    transaction: undefined,
  });

  return {
    async inTurn(key, work) {
      const before = queues.get(key) ?? Promise.resolve();
      const result = before.then(() => work(memoryOf(key)));
      const over = result.catch(() => undefined);
      queues.set(key, over);
      try {
        return await result;
      } finally {
        if (queues.get(key) === over) queues.delete(key);
      }
    },
  };
}

function deleteFirst(of: Set<string> | Map<string, unknown>): void {
  for (const first of of.keys()) {
    of.delete(first);
    return;
  }
}
