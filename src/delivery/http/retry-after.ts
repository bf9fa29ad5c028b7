/** How long an endpoint asks to be left alone: the `Retry-After` of its answer (RFC 9110 §10.2.3). */

/** Statuses that ask for a wait by it: RFC 6585 §4 and RFC 9110 §15.6.4. In a redirect or a success it means something else, or nothing. */
const ASKING: ReadonlySet<number> = new Set([429, 503]);

/** The longest wait that is told apart, about 25 days; it is kept as a 32-bit number. Milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;

/** The three forms of an HTTP date (RFC 9110 §5.6.7); the last one has no zone and means GMT. */
const HTTP_DATES = [
  /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^\w+day, \d\d-\w{3}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

/**
 * The wait that an answer asks for, in milliseconds; null where it asks for none that can be understood. A date is compared with
 * the answer's own `Date` where it has one: the endpoint's clock may differ from ours.
 * @param now milliseconds since the epoch
 */
export function retryAfterMs(
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): number | null {
  const value = headers['retry-after']?.trim();
  if (value === undefined || !ASKING.has(statusCode)) return null;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, LONGEST_MS);
  const until = httpDate(value);
  if (until === undefined) return null;
  const since = httpDate(headers.date ?? '') ?? now;
  return Math.min(Math.max(0, until - since), LONGEST_MS);
}

function httpDate(text: string): number | undefined {
  if (!HTTP_DATES.some((form) => form.test(text))) return undefined;
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}
