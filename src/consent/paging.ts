/** A part of a list. */
export interface Paging {
  readonly offset: number;
  readonly limit: number;
}

/** The requested part, and the total. */
export interface Page<T> extends Paging {
  readonly items: readonly T[];
  readonly total: number;
}

/** Reads rows and their number together, and shows each row. */
export async function readPage<Row, T>(
  { offset, limit }: Paging,
  rows: (window: { skip: number; take: number }) => Promise<readonly Row[]>,
  count: () => Promise<number>,
  show: (row: Row) => T,
): Promise<Page<T>> {
  const [found, total] = await Promise.all([rows({ skip: offset, take: limit }), count()]);
  return { items: found.map(show), total, offset, limit };
}
