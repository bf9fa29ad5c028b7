/** How much is read of a text, at the most: a text can be made that reads as ever more others. */

/** There is more to be read than is worth it. */
export class TooMuchToRead extends Error {}

/** What may be read, in characters. */
export class Effort {
  constructor(private left: number) {}

  /** @throws TooMuchToRead */
  spend(characters: number): void {
    this.left -= characters;
    if (this.left < 0) throw new TooMuchToRead();
  }
}
