/** Takes secrets out of a text in which somebody else may have spelled them. */
import { Effort, TooMuchToRead } from './effort';
import { LEAST_PACKED, runsOf } from './encodings';
import { endOfWhole, readingsOf, type Reading, type Span } from './spellings';
import { squeezed, squeezedReadings } from './squeezed';

/** What stands in place of a secret. */
export const MARK = '[redacted]';

/** Encodings within encodings that are followed, such as base64 of base64. */
const MOST_ENCODINGS = 5;
/** Characters that are read of all that a text may mean, for each of its own; a short one may mean as much as one of that length. */
const READ_FOR_EACH = 25;
const SHORT = 16_384;
/** Characters of a secret at the end of a text that are taken for its beginning, cut off. */
const LEAST_BEGINNING = 4;
/** Letters and digits of a secret by which alone it is known: fewer stand somewhere by chance. */
const LEAST_LETTERS = 6;

/** What is looked for. */
interface Sought {
  /** The secrets, in small letters. */
  readonly needles: readonly string[];
  /** What of them is letters and digits. */
  readonly squeezed: readonly string[];
  readonly shortest: number;
}

/**
 * Makes a function that takes these secrets out of texts. A text that takes too much to be read is left out whole. One that is `whole`
 * ends in no half of a secret, so a short one needs no reading.
 */
export function createScrubber(secrets: readonly string[]): (text: string, whole?: boolean) => string {
  const sought = soughtOf(secrets);
  if (sought.needles.length === 0) return (text) => text;
  return (text, whole = false) => {
    if (text.length < (whole ? sought.shortest : LEAST_BEGINNING)) return text;
    try {
      return mask(text, spansOf(text, sought, MOST_ENCODINGS, effortFor(text)));
    } catch (error) {
      if (error instanceof TooMuchToRead) return MARK;
      throw error;
    }
  };
}

function effortFor({ length }: string): Effort {
  return new Effort(READ_FOR_EACH * Math.max(length, SHORT));
}

/**
 * The secrets as they are, and as they read without escapes: what is compared is the meaning, so that `\/`, `%2F`, `&#47;` and
 * whatever they stand in for each other make no difference. What looks like an escape at the end of a secret is read as one
 * that goes on, and as one that something else follows.
 */
function soughtOf(secrets: readonly string[]): Sought {
  const read = (text: string): string[] =>
    readingsOf(text, effortFor(text))
      .slice(1)
      .map((reading) => reading.text);
  const all = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('latin1'), // as who takes its UTF-8 for the old western set reads it
    ...[...read(secret), ...read(`${secret} `).map((text) => text.slice(0, -1))].filter(
      ({ length }) => length >= LEAST_BEGINNING,
    ),
  ]);
  const needles = [...new Set(all.map(folded))].filter((needle) => needle !== '');
  const letters = [...new Set(needles.flatMap(squeezed))].filter(({ length }) => length >= LEAST_LETTERS);
  return {
    needles,
    squeezed: letters,
    shortest: Math.min(LEAST_PACKED, ...[...needles, ...letters].map(({ length }) => length)),
  };
}

/** A space is a plus in forms, and some who log or compare texts write all letters small or large. The length stays as it is. */
function folded(text: string): string {
  const plain = text.replace(/[+\u00a0]/g, ' ');
  const small = plain.toLowerCase();
  if (small.length === plain.length) return small;
  return plain.replace(/\p{Lu}/gu, (letter) => {
    const smaller = letter.toLowerCase();
    return smaller.length === letter.length ? smaller : letter;
  });
}

/** Where the secrets stand in a text, however spelled. */
function spansOf(text: string, sought: Sought, encodings: number, effort: Effort): Span[] {
  return readingsOf(text, effort).flatMap((reading) => [
    ...plainSpans(reading, folded(reading.text), sought.needles),
    ...squeezedReadings(reading).flatMap(({ text: letters, placed }) =>
      holds(letters, sought.squeezed) ? plainSpans(placed(), letters, sought.squeezed) : [],
    ),
    ...(encodings > 0 ? encodedSpans(reading, sought, encodings - 1, effort) : []),
  ]);
}

/** Where needles stand in a reading that compares as this text. */
function plainSpans(reading: Reading, text: string, needles: readonly string[]): Span[] {
  const end = endOfWhole(text);
  return needles.flatMap((needle) => {
    const spans: Span[] = [];
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length))
      spans.push(reading.place(at, at + needle.length));
    const begun = beginningAtEnd(text.slice(0, end), needle);
    if (begun > 0) spans.push(reading.place(end - begun, text.length));
    return spans;
  });
}

function holds(text: string, needles: readonly string[]): boolean {
  return needles.some((needle) => text.includes(needle) || beginningAtEnd(text, needle) > 0);
}

/** Characters at the end of the text that a secret begins with: a reading, or the receiver, may have cut it in half. */
function beginningAtEnd(text: string, needle: string): number {
  const last = text.at(-1) ?? '';
  let length = Math.min(needle.length - 1, text.length);
  while (length >= LEAST_BEGINNING && !text.endsWith(needle.slice(0, length)))
    length = length < 2 ? 0 : needle.lastIndexOf(last, length - 2) + 1;
  return length >= LEAST_BEGINNING ? length : 0;
}

/** Runs of encoded bytes that say a secret, alone or amid other text such as `user:`. */
function encodedSpans(reading: Reading, sought: Sought, encodings: number, effort: Effort): Span[] {
  const cutFrom = endOfWhole(reading.text);
  return runsOf(reading.text, effort)
    .filter(({ until, size }) => size >= sought.shortest || until >= cutFrom)
    .filter(({ texts }) => texts().some((text) => spansOf(text, sought, encodings, effort).length > 0))
    .map(({ start, end }) => reading.place(start, end));
}

function mask(text: string, spans: readonly Span[]): string {
  let masked = '';
  let done = 0;
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    if (from >= done) masked += text.slice(done, from) + MARK;
    done = Math.max(done, to);
  }
  return masked + text.slice(done);
}
