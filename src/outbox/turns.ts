/** Whose turn it is when a dispatcher claims deliveries (rule `withdrawals-first`). */
import type { DueInTurn } from './due-in-turn';
import type { OutboxEntry } from './entries';
import { PRIORITY, type Priority } from './priority';

/** Entries that have been due for so long come first in every so-manieth claim, as long as there is a queue. */
const AGED_MS = 300_000;
const AGED_EVERY = 4;
/** Before every subscription. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

const { withdrawal, normal, bulk } = PRIORITY;

/** Turns of one dispatcher. They only advise: after a restart they begin anew. */
export class Turns {
  /** The subscription that had the last turn of each priority. */
  private readonly last = new Map<Priority, string>();
  /** Claims that left something, since one did not. */
  private full = 0;

  /**
   * Whether this claim begins with entries that have been due for long, whatever their priority: what is more urgent could come
   * for ever. Where all that was due has been claimed, nothing can have been left for long.
   */
  agedComeFirst(): boolean {
    return this.full > 0 && this.full % AGED_EVERY === 0;
  }

  /** Those, with bulk and normal ones in the lead alternately. */
  aged(limit: number): DueInTurn {
    const bulkLeads = (this.full / AGED_EVERY) % 2 === 1;
    return this.of(limit, bulkLeads ? [bulk, normal] : [normal, bulk], AGED_MS);
  }

  /** What is due, by priority. */
  next(limit: number): DueInTurn {
    return this.of(limit, [withdrawal, normal, bulk], 0);
  }

  /** Notes what a claim took. */
  taken(entries: readonly OutboxEntry[], { limit, turns, waitedMs }: DueInTurn): void {
    const deliveries = entries.filter(({ kind }) => kind === 'delivery');
    if (waitedMs === 0 || deliveries.length === limit)
      this.full = deliveries.length === limit ? this.full + 1 : 0;
    for (const { priority, after } of turns) {
      const had = deliveries.flatMap((entry) =>
        entry.priority === priority && entry.subscriptionId !== null ? [entry.subscriptionId] : [],
      );
      this.last.set(priority, lastInTurn(had, after));
    }
  }

  private of(limit: number, priorities: readonly Priority[], waitedMs: number): DueInTurn {
    const turns = priorities.map((priority) => ({ priority, after: this.last.get(priority) ?? NOBODY }));
    return { limit, turns, waitedMs };
  }
}

/** Turns go by the order of the ids, and round. */
function lastInTurn(subscriptionIds: readonly string[], after: string): string {
  const round = subscriptionIds.filter((id) => id <= after);
  const [last = after] = (round.length > 0 ? round : subscriptionIds).toSorted().reverse();
  return last;
}
