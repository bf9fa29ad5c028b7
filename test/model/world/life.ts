/** Whose code runs: a worker or a caller. When its process is killed, nothing of it goes on. */
export class Life {
  private ended = false;
  private readonly onEnd = new Set<() => void>();

  constructor(readonly name: string) {}

  get alive(): boolean {
    return !this.ended;
  }

  /** Has something happen at its end. Returns how to take that back. */
  atEnd(act: () => void): () => void {
    this.onEnd.add(act);
    return () => this.onEnd.delete(act);
  }

  end(): void {
    this.ended = true;
    for (const act of this.onEnd) act();
  }
}

/** What a dead process waits for. */
export function forever<T>(): Promise<T> {
  return new Promise(() => undefined);
}
