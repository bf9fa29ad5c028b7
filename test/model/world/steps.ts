/**
 * The steps of a history: statements, calls of Temporal, requests on their way. Each waits until the scheduler picks it; only one
 * is taken at a time, and it is over once all that follows from it waits for the next. So a seed decides the whole history.
 */
import type { Scheduler } from 'fast-check';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { forever, type Life } from './life';

/** Turns of the event loop without anything new after which nothing more follows. */
const QUIET_TURNS = 4;
/** A statement that is not answered by then may wait for a lock. Milliseconds. */
const LOCKED_AFTER_MS = 3;

export class Steps {
  private changes = 0;
  /** Sessions of the database with the number of their statements under way: those after the first wait for it. */
  private readonly busy = new Map<object, number>();
  /** Sessions known to wait for a lock that nobody has given back since. */
  private locked = 0;
  private answered: () => void = () => undefined;
  readonly trace: string[] = [];

  /** @param countLocked how many sessions wait for another's lock, by the database's account */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly countLocked: () => Promise<number>,
  ) {}

  /** Waits to be picked, and for ever where that process is dead by then. */
  async turn(life: Life, label: string): Promise<void> {
    this.changes += 1;
    await this.scheduler.schedule(Promise.resolve(), `${life.name}: ${label}`);
    this.changes += 1;
    if (!life.alive) return forever();
    this.trace.push(`${life.name}: ${label}`);
  }

  /**
   * Notes a statement that is under way.
   * @param session where it is sent
   * @param ends whether it ends a transaction, and gives its locks back
   */
  async statement<T>(session: object, work: Promise<T>, ends: boolean): Promise<T> {
    const { busy } = this;
    busy.set(session, (busy.get(session) ?? 0) + 1);
    try {
      return await work;
    } finally {
      const left = (busy.get(session) ?? 0) - 1;
      if (left > 0) busy.set(session, left);
      else busy.delete(session);
      if (ends) this.locked = 0;
      this.changes += 1;
      this.answered();
    }
  }

  /** Takes one step; false where there is none. */
  async take(): Promise<boolean> {
    await this.settled();
    if (this.scheduler.count() === 0) return false;
    await this.scheduler.waitOne();
    await this.settled();
    return true;
  }

  /** Once nothing goes on by itself: whatever is left waits for its turn, or for the lock of one that does. */
  async settled(): Promise<void> {
    for (;;) {
      await this.quiet();
      if (this.busy.size === this.locked) return;
      const seen = this.changes;
      await Promise.race([new Promise<void>((resolve) => (this.answered = resolve)), sleep(LOCKED_AFTER_MS)]);
      if (this.changes !== seen) continue;
      const locked = await this.countLocked();
      if (this.changes === seen && locked >= this.busy.size) this.locked = this.busy.size;
    }
  }

  private async quiet(): Promise<void> {
    for (let turns = 0, seen = this.changes; turns < QUIET_TURNS; turns += 1) {
      await nextTurn();
      if (this.changes !== seen) [turns, seen] = [0, this.changes];
    }
  }
}
