/** Zod building blocks for what callers send and see: text that PostgreSQL and HTTP can hold, ids, moments. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { coded } from './field-problems';
import { isMailAddress } from './mail-address';
import { parseInstant, type Instant } from './instant';

/** Control characters, and halves of surrogate pairs: UTF-8, and so the database, cannot hold the latter. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Cs}]/u;
/** The same, but tabs and line ends are text. */
const NOT_IN_PROSE = /[\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

/** What shows nothing: white space, what Unicode has to be passed over in silence, and the blank of Braille. */
const SEEN = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Past, so that it is accepted where a time in the future is not. */
const EXAMPLE_TIME = '2025-06-01T09:30:00.000Z';

/** Characters of one line, whatever they are: what is looked for. */
export function characters(max: number, min = 1): z.ZodString {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => !NOT_IN_A_LINE.test(text), coded('control_characters'));
}

/** One line of text in which there is something to see: names, labels, references. */
export function line(max: number, min = 1): z.ZodString {
  return characters(max, min).refine((text) => text === '' || SEEN.test(text), coded('blank'));
}

/** Text of many lines: statements, templates. */
export function prose(max: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !NOT_IN_PROSE.test(text), coded('control_characters'))
    .refine((text) => text === '' || SEEN.test(text), coded('blank'));
}

/** An address of mail, in any script. */
export const mailAddress = z
  .string()
  .max(254)
  .refine(isMailAddress, coded('invalid_email'))
  .meta({ format: 'idn-email' });

/** A moment to the microsecond: ISO 8601 with an offset or `Z`, and six digits of a second at most. */
export const exactMoment = z
  .string()
  .meta({ format: 'date-time', examples: [EXAMPLE_TIME] })
  .transform((text, context): Instant => {
    const parsed = parseInstant(text);
    if (typeof parsed !== 'string') return parsed;
    context.addIssue({ code: 'custom', message: coded(parsed) });
    return z.NEVER;
  });

/** A moment to the millisecond: what a finer one has beyond is cut off. */
export const moment = exactMoment.transform(({ at }) => at);

/** The same, for what is merged with what is stored before it is read: ISO 8601 in UTC. */
export const momentText = moment.transform((at) => at.toISOString());

/** An id that the service gave. */
export const id = z.uuid();

/**
 * The id that stands for one kind of object in every example of the documentation, so that examples can be read together.
 * A UUID of version 8, which is free for anybody's use (RFC 9562 §5.8): no object has it.
 */
export function exampleId(kind: string): string {
  const hex = createHash('sha256').update(kind).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** An id that the service gave to an object of this kind. */
export function idOf(kind: string): z.ZodUUID {
  return id.meta({ description: `Id of the ${kind}.`, examples: [exampleId(kind)] });
}

/** A moment as it is shown: ISO 8601 in UTC with milliseconds. */
export function shownTime(description: string): z.ZodISODateTime {
  return z.iso.datetime().meta({ description, examples: [EXAMPLE_TIME] });
}
