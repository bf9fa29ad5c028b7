/**
 * Holds callers back while the deliveries of their own earlier changes are behind (rule `callers-keep-pace`). Recording a
 * change costs less than delivering it, so callers who never rest would otherwise make the queue longer and longer.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** A caller waits for this part of the time that the deliveries are behind. */
const SHARE = 1 / 2;
/** Longest wait. Milliseconds. */
const LONGEST_MS = 2_000;
/** What was seen of a queue says nothing any more after this. Milliseconds. */
const FRESH_MS = 5_000;
/** A queue whose head does not move for so long is not worked on, and waiting for it helps nobody. Milliseconds. */
const STUCK_MS = 2_000;

interface Seen {
  /** Since when its head has been due; milliseconds since 1970. */
  readonly headDueAt: number;
  /** When this head was first seen, and when the queue was last seen; by `performance.now()`. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** How long the head had been due then. */
  readonly behindMs: number;
}

/** What recording a change tells of the queue that it joins. */
export interface QueueHead {
  readonly dueAt: Date;
  readonly behindMs: number;
}

/** There is one in each API process. */
export class Pace {
  private readonly queues = new Map<string, Seen>();

  /** @param queue what it is the queue of: an application */
  note(queue: string, head: QueueHead | null): void {
    if (!head || head.behindMs <= 0) {
      this.queues.delete(queue);
      return;
    }
    const now = performance.now();
    const headDueAt = head.dueAt.getTime();
    const before = this.queues.get(queue);
    const firstAt = before?.headDueAt === headDueAt ? before.firstAt : now;
    this.queues.set(queue, { headDueAt, firstAt, lastAt: now, behindMs: head.behindMs });
  }

  /** How long a caller of the queue waits before the next change is recorded. Milliseconds. */
  waitMs(queue: string): number {
    const seen = this.queues.get(queue);
    if (!seen) return 0;
    const { lastAt, firstAt, behindMs } = seen;
    if (performance.now() - lastAt > FRESH_MS) {
      this.queues.delete(queue);
      return 0;
    }
    return lastAt - firstAt > STUCK_MS ? 0 : Math.min(behindMs * SHARE, LONGEST_MS);
  }

  async keep(queue: string): Promise<void> {
    const waitMs = this.waitMs(queue);
    if (waitMs > 0) await sleep(waitMs);
  }
}
