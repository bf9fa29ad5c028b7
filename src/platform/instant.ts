/** Moments as callers write them: ISO 8601 with an offset, in the forms that RFC 3339 and common libraries give it. */

/** A moment to the microsecond. */
export interface Instant {
  /** Down to the millisecond. */
  readonly at: Date;
  /** What `at` leaves out: 0 to 999 microseconds. */
  readonly micros: number;
}

/** Why text is no moment that the service takes. */
export type InstantProblem = 'invalid_time' | 'time_out_of_range' | 'time_too_precise';

/** PostgreSQL and most languages keep six digits of a second; of what has more, the order would be lost. */
const MOST_DIGITS = 6;

const DATE = String.raw`(?<year>\d{4})(?<dash>-?)(?<month>\d\d)\k<dash>(?<day>\d\d)`;
const TIME = String.raw`(?<hour>\d\d)(?<colon>:?)(?<minute>\d\d)(?:\k<colon>(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?`;
const OFFSET = String.raw`(?:[Zz]|(?<sign>[+-])(?<hours>\d\d)(?::?(?<minutes>\d\d))?)`;
/** Seconds may be left out, as Java does; `t`, `z` and a space are RFC 3339's, the basic form and the comma ISO 8601's. */
const FORM = new RegExp(`^${DATE}[Tt ]${TIME}${OFFSET}$`);

/** Reads a moment. A time without an offset is none: it depends on where it is read. */
export function parseInstant(text: string): Instant | InstantProblem {
  const parts = FORM.exec(text)?.groups;
  if (!parts || (parts.dash === '') !== (parts.colon === '')) return 'invalid_time';
  const number = (name: string): number => Number(parts[name] ?? 0);
  const [hours, minutes] = [number('hours'), number('minutes')];
  const local = dateOf(number('year'), number('month'), number('day'));
  if (!local || number('hour') > 23 || number('minute') > 59 || number('second') > 59) return 'invalid_time';
  if (hours > 23 || minutes > 59) return 'invalid_time';
  const fraction = parts.fraction ?? '';
  if (fraction.length > MOST_DIGITS) return 'time_too_precise';
  const micros = Number(fraction.padEnd(MOST_DIGITS, '0'));
  const offsetMinutes = (hours * 60 + minutes) * (parts.sign === '-' ? -1 : 1);
  local.setUTCHours(
    number('hour'),
    number('minute') - offsetMinutes,
    number('second'),
    Math.floor(micros / 1_000),
  );
  const year = local.getUTCFullYear();
  return year >= 1 && year <= 9999 ? { at: local, micros: micros % 1_000 } : 'time_out_of_range';
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
