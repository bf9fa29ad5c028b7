/** Zod building blocks for what callers send: text that PostgreSQL and HTTP can hold, ids, moments. */
import { z } from 'zod';
import { coded } from './field-problems';

/** Control characters, and halves of surrogate pairs: UTF-8, and so the database, cannot hold the latter. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Cs}]/u;
/** The same, but tabs and line ends are text. */
const NOT_IN_PROSE = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

/** One line of text: names, labels, references. */
export function line(max: number, min = 1): z.ZodString {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => !NOT_IN_A_LINE.test(text), coded('control_characters'));
}

/** Text of many lines: statements, templates. */
export function prose(max: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !NOT_IN_PROSE.test(text), coded('control_characters'));
}

/** A moment, ISO 8601 with an offset or `Z`. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => isStorable(new Date(text)), coded('time_out_of_range'));

/** An id that the service gave. */
export const id = z.uuid();

function isStorable(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999;
}
