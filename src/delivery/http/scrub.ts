/** Takes secrets out of a text in which somebody else may have spelled them. */
import { endOfWhole, placeOf, readingsOf, type Reading } from './spellings';

/** What stands in place of a secret. */
export const MARK = '[redacted]';

type Span = readonly [number, number];

/** Encodings within encodings that are followed, such as base64 of base64. */
const MOST_ENCODINGS = 2;
/** Characters of a secret at the end of a text that are taken for its beginning, cut off. */
const LEAST_BEGINNING = 4;
const HEX_BREAK = '(?:,? ?0x|, ?|[ :-])';

/** How bytes are written, and what a run of it may say: it is read from each place where it may begin. */
const ENCODINGS: readonly { readonly run: RegExp; readonly read: (run: string) => readonly Buffer[] }[] = [
  {
    run: /[A-Za-z0-9+/_-]{8,}(?:\r?\n[ \t]*[A-Za-z0-9+/_-]+)*/g,
    read: (run) => [0, 1, 2, 3].map((shift) => Buffer.from(run.slice(shift), 'base64')),
  },
  {
    run: new RegExp(
      `(?:0x)?[0-9a-fA-F]{2}(?:${HEX_BREAK}?[0-9a-fA-F]{2}){3,}(?:${HEX_BREAK}$|${HEX_BREAK}?[0-9a-fA-F])?`,
      'g',
    ),
    read: (run) => {
      const digits = run.replace(/0x|[ ,:-]/g, '');
      return [0, 1].map((shift) => Buffer.from(digits.slice(shift), 'hex'));
    },
  },
  {
    run: /[A-Z2-7]{13,}|[a-z2-7]{13,}/g, // base32: a secret has 13 of these letters at least
    read: (run) => [0, 1, 2, 3, 4, 5, 6, 7].map((shift) => fromBase32(run.slice(shift))),
  },
  {
    run: /\b\d{1,3}(?:(?:,\s*|\s+)\d{1,3}){3,}(?:(?:,\s*|\s+)$)?/g, // as JavaScript writes a buffer, or od one
    read: (run) => {
      const bytes = Buffer.from(run.split(/,\s*|\s+/).map(Number));
      return [bytes, bytes.subarray(0, -1)]; // the last one may be cut in half
    },
  },
];

/** The bytes of base32 (RFC 4648 §6), in large letters or small ones. */
function fromBase32(run: string): Buffer {
  const bytes: number[] = [];
  let [value, bits] = [0, 0];
  for (const letter of run.toUpperCase()) {
    value = ((value << 5) | 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}

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
    Buffer.from(secret).toString('latin1'), // as who takes its UTF-8 for the old western set reads it
    ...[...read(secret), ...read(`${secret} `).map((text) => text.slice(0, -1))].filter(
      ({ length }) => length >= LEAST_BEGINNING,
    ),
  ]);
  return [...new Set(all.map(folded))].filter((needle) => needle !== '');
}

/** A space is a plus in forms, and some who log or compare texts write all letters small or large. The length stays as it is. */
function folded(text: string): string {
  return text.replace(/[+\u00a0]/g, ' ').replace(/\p{Lu}/gu, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  });
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

/** Runs of encoded bytes that say a secret, alone or amid other text such as `user:`. */
function encodedSpans(reading: Reading, needles: readonly string[], encodings: number): Span[] {
  const says = (bytes: Buffer): boolean =>
    textsOf(bytes).some((text) => spansOf(text, needles, encodings).length > 0);
  const shortest = Math.min(...needles.map(({ length }) => length));
  const wholeUntil = endOfWhole(reading.text);
  return ENCODINGS.flatMap(({ run, read }) =>
    [...reading.text.matchAll(run)].flatMap(({ 0: text, index }) => {
      const end = index + text.length;
      const meant = read(text);
      // At the end it may be cut off.
      const isLong = end >= wholeUntil || meant.some(({ length }) => length >= shortest);
      return isLong && meant.some(says) ? [placeOf(reading, index, end)] : [];
    }),
  );
}

/** What bytes say in UTF-8, and in UTF-16, which has a zero beside each byte of ASCII. */
function textsOf(bytes: Buffer): string[] {
  const text = bytes.toString();
  return bytes.includes(0) ? [text.replaceAll('\0', ''), bytes.toString('utf16le')] : [text];
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
