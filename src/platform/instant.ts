/** Moments as callers write them: ISO 8601 with an offset, in the forms that RFC 3339 and common libraries give it. */

/** A moment to the microsecond. */
export interface Instant {
  /** Down to the millisecond. */
  readonly at: Date;
  /** What `at` leaves out: 0 to 999 microseconds. */
  readonly micros: number;
}

/** Why text is no moment that the service takes. */
export type InstantProblem = 'invalid_time' | 'time_without_plus' | 'time_out_of_range' | 'time_too_precise';

/** PostgreSQL and most languages keep six digits of a second; of what has more, the order would be lost. */
const MOST_DIGITS = 6;

const DATE = String.raw`(?<year>\d{4})(?<dash>-?)(?<month>\d\d)\k<dash>(?<day>\d\d)`;
const TIME = String.raw`(?<hour>\d\d)(?<colon>:?)(?<minute>\d\d)(?:\k<colon>(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?`;
const OFFSET = String.raw`(?:[Zz]|(?<sign>[+-])(?<hours>\d\d)(?::?(?<minutes>\d\d))?)`;
/** Seconds may be left out, as Java does; `t`, `z` and a space are RFC 3339's, the basic form and the comma ISO 8601's. */
const FORM = new RegExp(`^${DATE}[Tt ]${TIME}${OFFSET}$`);
/** As a query string leaves it whose `+` was not encoded. */
const WITHOUT_PLUS = new RegExp(`^${DATE}[Tt ]${TIME} \\d\\d:?\\d\\d$`);

/**
 * Reads a moment. A time without an offset is none: it depends on where it is read. The end of a day (`24:00`) is the beginning of the
 * next one, and a leap second, which neither Unix time nor PostgreSQL has, the second after it.
 */
export function parseInstant(text: string): Instant | InstantProblem {
  const parts = FORM.exec(text)?.groups;
  if (WITHOUT_PLUS.test(text)) return 'time_without_plus';
  if (!parts || (parts.dash === '') !== (parts.colon === '')) return 'invalid_time';
  const number = (name: string): number => Number(parts[name] ?? 0);
  const [hours, minutes] = [number('hours'), number('minutes')];
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  const fraction = parts.fraction ?? '';
  const at = dateOf(number('year'), number('month'), number('day'));
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && Number(fraction) === 0;
  if (!at || (hour > 23 && !isEndOfDay) || minute > 59 || second > 60) return 'invalid_time';
  if (hours > 23 || minutes > 59) return 'invalid_time';
  if (fraction.length > MOST_DIGITS) return 'time_too_precise';
  const micros = Number(fraction.padEnd(MOST_DIGITS, '0'));
  const offsetMinutes = (hours * 60 + minutes) * (parts.sign === '-' ? -1 : 1);
  at.setUTCHours(hour, minute - offsetMinutes, second, Math.floor(micros / 1_000));
  if (second === 60 && !beginsMonth(at)) return 'invalid_time';
  const year = at.getUTCFullYear();
  return year >= 1 && year <= 9999 ? { at, micros: micros % 1_000 } : 'time_out_of_range';
}

/** Whether it is within the first second of a month: only what comes before that can be a leap second (RFC 3339 §5.7). */
function beginsMonth(at: Date): boolean {
  return (
    at.getUTCDate() === 1 && at.getUTCHours() === 0 && at.getUTCMinutes() === 0 && at.getUTCSeconds() === 0
  );
}

/** A moment in ISO 8601 in UTC: with milliseconds, and with microseconds where there are any. */
export function formatInstant(at: Date, micros: number): string {
  const text = at.toISOString();
  return micros === 0 ? text : text.replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

/** Midnight in UTC of a day that the calendar has. */
function dateOf(year: number, month: number, day: number): Date | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : undefined;
}
