/** Zod building blocks for what callers send: text that PostgreSQL and HTTP can hold, ids, moments. */
import { z } from 'zod';

/** Control characters, and halves of surrogate pairs: UTF-8, and so the database, cannot hold the latter. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Cs}]/u;
/** The same, but tabs and line ends are text. */
const NOT_IN_PROSE = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

/** One line of text: names, labels, references. */
export function line(max: number, min = 1): z.ZodString {
  return z
    .string()
    .min(min, min === 1 ? 'must not be empty' : undefined)
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !NOT_IN_A_LINE.test(text), 'must not hold control characters');
}

/** Text of many lines: statements, templates. */
export function prose(max: number): z.ZodString {
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !NOT_IN_PROSE.test(text), 'must not hold control characters');
}

/** A moment, ISO 8601 with an offset or `Z`. */
export const instant = z.iso
  .datetime({ offset: true, message: 'must be a time like 2026-01-31T12:00:00.000Z' })
  .refine((text) => isStorable(new Date(text)), 'must be a time between the years 0001 and 9999');

/** An id that the service gave. */
export const id = z.uuid('must be an id');

function isStorable(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
