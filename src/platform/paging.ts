/**
 * Parts of lists. A list is ordered by columns that never change and together tell its rows apart. A cursor names the last row
 * of a page by their values, so the next page begins right behind that row, whatever was inserted or removed meanwhile. An offset
 * counts rows, and so shows one twice, or leaves one out, when others come or go before it.
 */
import { z } from 'zod';
import { fieldProblem, invalid } from './errors';
import { characters, moment } from './fields';

/** Which part of a list. */
export interface Paging {
  readonly offset: number;
  readonly limit: number;
  /** In place of an offset. */
  readonly cursor?: Cursor | undefined;
}

/** The requested part, and the total. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Entries before this page: as requested, or as many as the cursor has passed. */
  readonly offset: number;
  readonly limit: number;
  /** Leads to the page after this one; null on the last. */
  readonly nextCursor: string | null;
}

/** A place in a list, as a caller gave it back. */
export interface Cursor {
  /** Name of the list. */
  readonly list: string;
  /** Entries that it has passed. */
  readonly offset: number;
  /** Values of the list's columns in the last row that was shown. */
  readonly key: readonly (string | number)[];
}

/** A column that a list is ordered by. */
interface Column<K extends string> {
  readonly name: K;
  readonly direction: 'asc' | 'desc';
  readonly kind: keyof typeof VALUES;
}

/** The order of a list. */
export interface ListOrder<K extends string> {
  /** Its name: a cursor of another list is refused. */
  readonly list: string;
  readonly columns: readonly Column<K>[];
}

/** The values of a column, as a cursor holds them: no others than the database can hold, whoever made the cursor. */
const VALUES = {
  id: z.uuid(),
  text: characters(200),
  number: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  time: moment,
} as const;

/** The newest first. */
export function newestFirst(list: string): ListOrder<'createdAt' | 'id'> {
  const direction = 'desc';
  return {
    list,
    columns: [
      { name: 'createdAt', direction, kind: 'time' },
      { name: 'id', direction, kind: 'id' },
    ],
  };
}

/** In the order of texts such as ids that callers have chosen. */
export function alphabetical<K extends string>(list: string, ...names: readonly K[]): ListOrder<K> {
  return { list, columns: names.map((name) => ({ name, direction: 'asc', kind: 'text' })) };
}

/** In the order of one column of numbers or ids. */
export function ordered<K extends string>(
  list: string,
  ...column: [K, 'asc' | 'desc', 'id' | 'number']
): ListOrder<K> {
  const [name, direction, kind] = column;
  return { list, columns: [{ name, direction, kind }] };
}

/** The row that a page begins behind, by the values of the list's columns. */
export type Place = readonly (string | number | Date)[];

/** What rows a page has, in the form of Prisma's arguments. */
export interface Window {
  /** A condition. */
  readonly after: object;
  readonly orderBy: object[];
  readonly skip: number;
  readonly take: number;
}

/**
 * Reads rows and their number together, and shows each row.
 * @param rows reads those of a window, whose `after` says that they lie behind the place, for who has to say so otherwise
 * @throws ServiceError naming `cursor` where it is not one of this list
 */
export async function readPage<K extends string, Row extends Readonly<Record<K, Date | string | number>>, T>(
  order: ListOrder<K>,
  { offset, limit, cursor }: Paging,
  rows: (window: Window, place: Place | undefined) => Promise<readonly Row[]>,
  count: () => Promise<number>,
  show: (row: Row) => T,
): Promise<Page<T>> {
  if (cursor && offset > 0) throw invalid(fieldProblem('offset', 'given_beside_cursor'));
  const place = cursor && placeOf(order, cursor);
  const window = {
    after: place ? behind(order, place) : {},
    orderBy: order.columns.map(({ name, direction }) => ({ [name]: direction })),
    skip: offset,
    take: limit + 1, // the one more tells whether there is another page
  };
  const [found, total] = await Promise.all([rows(window, place), count()]);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const passed = cursor?.offset ?? offset;
  const nextCursor =
    last && found.length > limit
      ? encode({ list: order.list, offset: passed + items.length, key: keyOf(order, last) })
      : null;
  return { items: items.map(show), total, offset: passed, limit, nextCursor };
}

function keyOf<K extends string>(
  { columns }: ListOrder<K>,
  row: Readonly<Record<K, Date | string | number>>,
): (string | number)[] {
  return columns.map(({ name }) => {
    const value: Date | string | number = row[name];
    return value instanceof Date ? value.toISOString() : value;
  });
}

/** The place that a cursor names. */
function placeOf<K extends string>({ list, columns }: ListOrder<K>, cursor: Cursor): Place {
  if (cursor.list !== list || cursor.key.length !== columns.length) throw notOfThisList();
  return columns.map(({ kind }, index) => {
    const value = VALUES[kind].safeParse(cursor.key[index]);
    if (!value.success) throw notOfThisList();
    return value.data;
  });
}

/** The condition that a row lies behind a place. In this form an index finds the place: its first column alone bounds the rows. */
function behind<K extends string>({ columns }: ListOrder<K>, place: Place): object {
  return columns.reduceRight<object>((rest, { name, direction }, index) => {
    const value = place[index];
    const beyond = { [name]: { [direction === 'asc' ? 'gt' : 'lt']: value } };
    if (index === columns.length - 1) return beyond;
    return {
      AND: [{ [name]: { [direction === 'asc' ? 'gte' : 'lte']: value } }, { OR: [beyond, rest] }],
    };
  }, {});
}

function notOfThisList(): Error {
  return invalid(fieldProblem('cursor', 'invalid_cursor'));
}

const ENCODED = z.tuple([z.string(), z.int().min(0), z.array(z.union([z.string(), z.number()]))]);

function encode({ list, offset, key }: Cursor): string {
  return Buffer.from(JSON.stringify([list, offset, key])).toString('base64url');
}

/** The cursor of a text; undefined where it is none of ours. */
export function decodeCursor(text: string): Cursor | undefined {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = ENCODED.safeParse(decoded);
  if (!parsed.success) return undefined;
  const [list, offset, key] = parsed.data;
  const cursor = { list, offset, key };
  return encode(cursor) === text ? cursor : undefined;
}
