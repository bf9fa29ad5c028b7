/** Numbers and times as the reader's language writes them. */

/** The reader's own form of the page's language: British dates for who reads British English. */
export function localeOf(language: string): string {
  return navigator.languages.find((locale) => locale.startsWith(language)) ?? language;
}

const DAY_MS = 86_400_000;
const UNITS = [
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 minutes ago`, `in 2 hours`; from a day on by the reader's calendar: `tomorrow`, and not `tomorrow` for up to 47 hours. */
export function formatRelative(at: number, now: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' });
  const ms = at - now;
  if (Math.abs(ms) >= DAY_MS) return format.format(dayOf(at) - dayOf(now), 'day');
  for (const [unit, length] of UNITS) {
    if (Math.abs(ms) >= length) return format.format(Math.trunc(ms / length), unit);
  }
  return format.format(Math.trunc(ms / 1_000), 'second');
}

/** Number of the day in the reader's time zone: days have 23 to 25 hours there. */
function dayOf(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS;
}

/** The reader's time zone as it is at a moment: `CET`, and in summer `CEST`. */
export function formatZone(at: Date, language: string): string {
  const parts = new Intl.DateTimeFormat(localeOf(language), { timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** With the reader's time zone: `25 Nov 2026, 14:03:07 CET`. */
export function formatTime(at: string, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'long' }).format(
    new Date(at),
  );
}

/** `850 ms`, `1.2 s`. */
export function formatDuration(ms: number, language: string): string {
  if (ms < 1_000) return `${formatNumber(Math.round(ms), language)} ms`;
  return `${new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: 1 }).format(ms / 1_000)} s`;
}

/** A time that is left: `59:12`, `1:02:03`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

export function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(localeOf(language)).format(value);
}

/** A text that begins a sentence. */
export function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** JSON for reading. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** A text that may be JSON, for reading. */
export function formatBody(text: string): string {
  try {
    return formatJson(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A total of the API that means: so many or more. */
const MOST_COUNTED = 10_000;

/** A number that the API may have stopped counting at. */
export function formatTotal(total: number, language: string): string {
  const shown = formatNumber(total, language);
  return total < MOST_COUNTED ? shown : `${shown}+`;
}
