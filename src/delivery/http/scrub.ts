/** Takes secrets out of a text in which somebody else may have spelled them. */
import { endOfWhole, placeOf, readingsOf, type Reading } from './spellings';

/** What stands in place of a secret. */
export const MARK = '[redacted]';

type Span = readonly [number, number];

/** Encodings within encodings that are followed, such as base64 of base64. */
const MOST_ENCODINGS = 2;
/** Characters of a secret at the end of a text that are taken for its beginning, cut off. */
const LEAST_BEGINNING = 4;
const BASE64 = /[A-Za-z0-9+/_-]{8,}(?:\r?\n[A-Za-z0-9+/_-]+)*/g;
const HEX = /[0-9a-fA-F]{2}(?:[ :-]?[0-9a-fA-F]{2}){3,}(?:[ :-]?[0-9a-fA-F]|[ :-]$)?/g;

/** Makes a function that takes these secrets out of texts. */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const needles = needlesOf(secrets);
  return (text) => (needles.length === 0 ? text : mask(text, spansOf(text, needles, MOST_ENCODINGS)));
}

/**
 * The secrets as they are, and as they read without escapes: what is compared is the meaning, so that `\/`, `%2F`, `&#47;` and
 * whatever they stand in for each other make no difference. What looks like an escape at the end of a secret is read as one
 * that goes on, and as one that something else follows.
 */
function needlesOf(secrets: readonly string[]): string[] {
  const read = (text: string): string[] =>
    readingsOf(text)
      .slice(1)
      .map((reading) => reading.text);
  const all = secrets.flatMap((secret) => [
    secret,
    ...[...read(secret), ...read(`${secret} `).map((text) => text.slice(0, -1))].filter(
      ({ length }) => length >= LEAST_BEGINNING,
    ),
  ]);
  return [...new Set(all.map(folded))].filter((needle) => needle !== '');
}

/** A space is a plus in forms. */
function folded(text: string): string {
  return text.replace(/[+\u00a0]/g, ' ');
}

/** Where the secrets stand in a text, however spelled. */
function spansOf(text: string, needles: readonly string[], encodings: number): Span[] {
  return readingsOf(text).flatMap((reading) => [
    ...plainSpans(reading, needles),
    ...(encodings > 0 ? encodedSpans(reading, needles, encodings - 1) : []),
  ]);
}

function plainSpans(reading: Reading, needles: readonly string[]): Span[] {
  const text = folded(reading.text);
  const end = endOfWhole(text);
  return needles.flatMap((needle) => {
    const spans: Span[] = [];
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length))
      spans.push(placeOf(reading, at, at + needle.length));
    const begun = beginningAtEnd(text.slice(0, end), needle);
    if (begun > 0) spans.push(placeOf(reading, end - begun, text.length));
    return spans;
  });
}

/** Characters at the end of the text that a secret begins with: a reading, or the receiver, may have cut it in half. */
function beginningAtEnd(text: string, needle: string): number {
  for (let length = Math.min(needle.length - 1, text.length); length >= LEAST_BEGINNING; length -= 1)
    if (text.endsWith(needle.slice(0, length))) return length;
  return 0;
}

/** Runs of base64 or hexadecimal digits that say a secret, alone or amid other text such as `user:`. */
function encodedSpans(reading: Reading, needles: readonly string[], encodings: number): Span[] {
  const says = (bytes: Buffer): boolean => spansOf(bytes.toString(), needles, encodings).length > 0;
  const shortest = Math.min(...needles.map(({ length }) => length));
  const wholeUntil = endOfWhole(reading.text);
  const spans: Span[] = [];
  for (const { 0: run, index } of reading.text.matchAll(BASE64)) {
    const end = index + run.length;
    if (run.length * 0.75 < shortest && end < wholeUntil) continue; // at the end it may be cut off
    if ([0, 1, 2, 3].some((shift) => says(Buffer.from(run.slice(shift), 'base64'))))
      spans.push(placeOf(reading, index, end));
  }
  for (const { 0: run, index } of reading.text.matchAll(HEX)) {
    const end = index + run.length;
    const digits = run.replace(/[ :-]/g, '');
    if (digits.length * 0.5 < shortest && end < wholeUntil) continue;
    if ([0, 1].some((shift) => says(Buffer.from(digits.slice(shift), 'hex'))))
      spans.push(placeOf(reading, index, end));
  }
  return spans;
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
