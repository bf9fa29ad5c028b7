/** Rows that are read at once: few enough to hold, and to be read in a moment. */
const BATCH = 1_000;

/**
 * All rows of a list, batch by batch: as many are held as one batch has, and no connection meanwhile.
 * @param read the next so many behind a row, or the first ones
 */
export async function* inBatches<Row>(
  read: (behind: Row | undefined, take: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last, BATCH);
    yield rows;
    last = rows.at(-1);
    if (rows.length < BATCH) return;
  }
}
