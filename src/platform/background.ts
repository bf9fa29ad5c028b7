/** Work that goes on although nobody waits for it; a process that stops waits for all of it. */
export class Background {
  private readonly underWay = new Set<Promise<void>>();

  /** @param work never rejects */
  run(work: Promise<void>): void {
    const noted = work.finally(() => this.underWay.delete(noted));
    this.underWay.add(noted);
  }

  /** Resolves when none is under way, what began meanwhile included. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }
}
