/**
 * A machine so busy that a history takes longer keeps everybody from telling in time: the sweep looks after half a minute, and
 * transactions have a limit that does not know of the turns which their statements wait for. Milliseconds.
 */
const SLOW_MS = 20_000;

/** Time that passes only when it is told to: timers of the stand-ins, and the times in the database with them. */
interface Timer {
  readonly at: number;
  readonly place: number;
  readonly ring: () => void;
}

export class Clock {
  private passedMs = 0;
  private made = 0;
  private readonly began = performance.now();
  private readonly timers = new Set<Timer>();

  /** @param pass has so much time pass in the database */
  constructor(private readonly pass: (ms: number) => Promise<void>) {}

  /** How late it is for who looks at a clock: the time that a history takes passes as well. Milliseconds. */
  get now(): number {
    return this.passedMs + this.tookMs;
  }

  /** How long the history has taken so far. Milliseconds. */
  get tookMs(): number {
    return performance.now() - this.began;
  }

  /** Whether the history has taken longer than what it shows can be relied upon. */
  get isSlow(): boolean {
    return this.tookMs > SLOW_MS;
  }

  /** Rings after so long. Returns how to stop it. */
  after(ms: number, ring: () => void): () => void {
    const timer = { at: this.passedMs + ms, place: (this.made += 1), ring };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Has time pass until the next timer rings; so long where there is none. */
  async advance(elseMs: number): Promise<void> {
    const until = Math.min(
      ...[...this.timers].map(({ at }) => at),
      ...(this.timers.size === 0 ? [this.passedMs + elseMs] : []),
    );
    await this.pass(until - this.passedMs);
    this.passedMs = until;
    for (const timer of [...this.timers].sort((a, b) => a.place - b.place)) {
      if (timer.at > until) continue;
      this.timers.delete(timer);
      timer.ring();
    }
  }
}
