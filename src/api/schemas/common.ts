import { z } from 'zod';
import { coded } from '../../platform/field-problems';
import { MOST_COUNTED } from '../../platform/most-counted';
import { decodeCursor, type Cursor } from '../../platform/paging';

/** A whole number in a query string. */
export function count(
  min: number,
  max: number,
  fallback: number,
  description: string,
): z.ZodType<number, string | undefined> {
  const outOfRange = coded('out_of_range', { min, max });
  return z
    .string()
    .regex(/^\d{1,9}$/, outOfRange)
    .transform(Number)
    .refine((n) => n >= min && n <= max, outOfRange)
    .default(fallback)
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback, description });
}

/** Which part of a list; every list takes it. */
export const paging = {
  offset: count(0, 999_999_999, 0, 'How many entries to leave out at the beginning of the list.'),
  limit: count(1, 100, 20, 'How many entries to answer with at most.'),
  cursor: z
    .string()
    .max(2_000)
    .transform((text, context): Cursor | undefined => {
      if (text === '') return undefined;
      const cursor = decodeCursor(text);
      if (cursor) return cursor;
      context.addIssue({ code: 'custom', message: coded('invalid_cursor') });
      return z.NEVER;
    })
    .optional()
    .meta({
      ...{ type: 'string', default: '' },
      description:
        '`nextCursor` of the page before, in place of an offset: whatever was added or removed meanwhile, no entry is shown ' +
        'twice or left out. Give the same filters. Empty: the first page.',
    }),
};

/** The total of a list of what grows without bound. */
export const countedTotal = z.int().meta({
  description: `Entries of the whole list; ${MOST_COUNTED} means: that many or more.`,
  examples: [1],
});

interface PageShape<T extends z.ZodType> {
  readonly items: z.ZodArray<T>;
  readonly total: z.ZodInt;
  readonly offset: z.ZodInt;
  readonly limit: z.ZodInt;
  readonly nextCursor: z.ZodNullable<z.ZodString>;
}

/** Fields of a page, for one that has more of them. */
export function pageShape<T extends z.ZodType>(
  item: T,
  total: z.ZodInt = z.int().meta({ description: 'Entries of the whole list.', examples: [1] }),
): PageShape<T> {
  return {
    items: z.array(item).meta({ description: 'The entries of this page.' }),
    total,
    offset: z.int().meta({
      description: 'Entries before this page: as in the request, or passed by its cursor.',
      examples: [0],
    }),
    limit: z.int().meta({ description: 'As in the request.', examples: [20] }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: '`cursor` of the next page; `null`: this is the last one.', examples: [null] }),
  };
}

/** A page of a list. */
export function pageOf<T extends z.ZodType>(
  item: T,
  name: string,
  total?: z.ZodInt,
): z.ZodObject<{ [K in keyof PageShape<T>]: PageShape<T>[K] }> {
  return z.object({ ...pageShape(item, total) }).meta({ id: name, description: 'A page of a list.' });
}

/** What only the service writes: accepted and ignored in a PUT, so that what GET gave can be sent back. */
export function ignored<K extends string>(...names: readonly K[]): Record<K, z.ZodOptional<z.ZodUnknown>> {
  const ignoredField = z
    .unknown()
    .optional()
    .meta({ readOnly: true, description: 'Ignored, so that what GET answered can be sent back.' });
  const entries = names.map((name) => [name, ignoredField] as const);
  return Object.fromEntries(entries) as Record<K, z.ZodOptional<z.ZodUnknown>>;
}

/** Text that is shown. */
export function shownText(description: string, example: string): z.ZodString {
  return z.string().meta({ description, examples: [example] });
}

/** A whole number that is shown. */
export function shownNumber(description: string, example: number): z.ZodInt {
  return z.int().meta({ description, examples: [example] });
}
