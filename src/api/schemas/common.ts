import { z } from 'zod';
import { coded } from '../../platform/field-problems';

/** A whole number in a query string. */
export function count(min: number, max: number, fallback: number): z.ZodType<number, string | undefined> {
  const outOfRange = coded('out_of_range', { min, max });
  return z
    .string()
    .regex(/^\d{1,9}$/, outOfRange)
    .transform(Number)
    .refine((n) => n >= min && n <= max, outOfRange)
    .default(fallback)
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback });
}

/** Which part of a list; every list takes it. */
export const paging = {
  offset: count(0, 999_999_999, 0),
  limit: count(1, 100, 20),
};

/** A page of a list. */
export function pageOf<T extends z.ZodType>(
  item: T,
  name: string,
  total: z.ZodInt = z.int(),
): z.ZodObject<{ items: z.ZodArray<T>; total: z.ZodInt; offset: z.ZodInt; limit: z.ZodInt }> {
  return z.object({ items: z.array(item), total, offset: z.int(), limit: z.int() }).meta({ id: name });
}

/** What only the service writes: accepted and ignored in a PUT, so that what GET gave can be sent back. */
export function ignored<K extends string>(...names: readonly K[]): Record<K, z.ZodOptional<z.ZodUnknown>> {
  const entries = names.map((name) => [name, z.unknown().optional().meta({ readOnly: true })] as const);
  return Object.fromEntries(entries) as Record<K, z.ZodOptional<z.ZodUnknown>>;
}
