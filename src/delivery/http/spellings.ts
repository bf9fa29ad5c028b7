/** Reads a text as its writer may have meant it: what is escaped in it, layer by layer, and where each part of it stands. */
import { decodeHTML } from 'entities';
import type { Effort } from './effort';

/** Places in the text that was given: from the first character to the one after the last. */
export type Span = readonly [number, number];

/** A text, and where a part of it stands in the text that was given. */
export interface Reading {
  readonly text: string;
  place(start: number, end: number): Span;
}

/** A part of a reading that stands for another one of the text before it. */
interface Piece {
  readonly at: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const HEX = '[0-9a-fA-F]';
/** What may follow the backslash of an escape that the end of the text cuts off. */
const CUT_LETTERS = `(?:[uU]\\{?${HEX}{0,7}|x\\{?${HEX}{0,6}|[0-7]{0,2})`;
/** What is shown as nothing: places where a long word may be broken, and a backslash before the end of a line. */
const NOTHING = '[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]|\\\\\\r?\\n[ \\t]*';
/** JSON, JavaScript, C, Perl and Python; percent-encoding; HTML. Bytes stand in runs, for a character may be several. */
const ESCAPE = new RegExp(
  [
    `(?<nothing>(?:${NOTHING})+)`,
    `\\\\[ux]\\{(?<brace>${HEX}{1,6})\\}`,
    `\\\\u(?<short>${HEX}{4})`,
    `\\\\U(?<long>${HEX}{8})`,
    `(?<bytes>(?:\\\\x${HEX}{2})+|(?:%${HEX}{2})+)`,
    `\\\\(?<octal>[0-7]{3}|[0-7]{1,2}(?![0-7]|$))`,
    `\\\\(?<plain>(?!${CUT_LETTERS}$)[^])`,
    `%u(?<percent>${HEX}{4})`,
    `(?<entity>&(?:#0{0,16}[0-9]{1,7}|#[xX]0{0,16}${HEX}{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31})(?:;|(?![;\\w])(?!$)))`,
  ].join('|'),
  'g',
);
/** Quoted-printable (RFC 2045 §6.7): bytes in runs, and ends of lines that are none. */
const QUOTED_PRINTABLE = /(?<bytes>(?:=[0-9A-Fa-f]{2})+)|(?<nothing>=[ \t]*\r?\n)/g;
/** CSS (Syntax Level 3 §4.3.7), which takes digits after a backslash for another number than C does. */
const STYLE = /\\(?:(?<brace>[0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\f])?|(?<plain>[^0-9a-fA-F\n]))/g;
/** Each of them may stand within each other one. */
const LANGUAGES: readonly { readonly escapes: RegExp; readonly hint: RegExp }[] = [
  { escapes: ESCAPE, hint: /[\\%&\u00ad\u200b-\u200d\u2060\ufeff]/ },
  { escapes: QUOTED_PRINTABLE, hint: /=[\s0-9A-Fa-f]/ },
  { escapes: STYLE, hint: /\\[0-9a-fA-F]/ },
];
/** An escape that the end of the text cuts off. */
const CUT_ESCAPE = new RegExp(
  `(?:\\\\${CUT_LETTERS}|\\\\${HEX}{0,6}|%u?${HEX}{0,3}|&#\\w{0,24}|&\\w{0,8}|=(?:[0-9A-Fa-f]|[ \\t]*\\r)?)$`,
);
/** Characters at the end in which that is looked for. */
const LONGEST_ESCAPE = 28;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text as it stands, and whatever it reads as once escapes are taken off, in each order of their languages. */
export function readingsOf(text: string, effort: Effort): Reading[] {
  const readings: Reading[] = [{ text, place: (start, end) => [start, end] }];
  const known = new Set([text]);
  for (const reading of readings)
    for (const { escapes, hint } of LANGUAGES) {
      const next = hint.test(reading.text) ? read(reading, escapes) : undefined;
      if (!next || known.has(next.text)) continue;
      effort.spend(next.text.length);
      known.add(next.text);
      readings.push(next);
    }
  return readings;
}

/** Where an escape begins that the end of the text cuts off; else the end. */
export function endOfWhole(text: string): number {
  return text.length - (CUT_ESCAPE.exec(text.slice(-LONGEST_ESCAPE))?.[0].length ?? 0);
}

/** A reading in which these pieces, in their order, stand for parts of another one. */
export function readingOf(before: Reading, pieces: readonly Piece[], text: string): Reading {
  /** Where a character stands in the text before: of one that is part of a piece, the whole piece. */
  const placeBefore = (index: number): Span => {
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pieces[middle]?.at ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    const piece = pieces[low - 1];
    if (!piece) return [index, index + 1];
    const after = index - piece.at - piece.text.length;
    return after < 0 ? [piece.from, piece.to] : [piece.to + after, piece.to + after + 1];
  };
  return {
    text,
    place: (start, end) => before.place(placeBefore(start)[0], placeBefore(end - 1)[1]),
  };
}

/** One layer of escapes taken off; undefined where there is none. */
function read(reading: Reading, escapes: RegExp): Reading | undefined {
  const pieces: Piece[] = [];
  let text = '';
  let done = 0;
  const put = (meaning: string, from: number, to: number): void => {
    text += reading.text.slice(done, from);
    pieces.push({ at: text.length, text: meaning, from, to });
    text += meaning;
    done = to;
  };
  for (const match of reading.text.matchAll(escapes)) {
    const end = match.index + match[0].length;
    const { nothing, bytes } = match.groups ?? {};
    if (nothing !== undefined) put('', match.index, end);
    else if (bytes === undefined) put(meaningOf(match), match.index, end);
    else {
      const width = bytes.startsWith('\\') ? 4 : 3;
      for (const { text: character, at, size } of charactersOf(
        Buffer.from(bytes.replace(/\\x|[%=]/g, ''), 'hex'),
      ))
        put(character, match.index + at * width, match.index + (at + size) * width);
    }
  }
  text += reading.text.slice(done);
  return pieces.length === 0 || text === reading.text ? undefined : readingOf(reading, pieces, text);
}

function meaningOf({ 0: whole, groups = {} }: RegExpMatchArray): string {
  const hex = groups.brace ?? groups.short ?? groups.long ?? groups.percent;
  if (hex !== undefined) return characterOf(parseInt(hex, 16)) ?? whole;
  if (groups.octal !== undefined) return characterOf(parseInt(groups.octal, 8)) ?? whole;
  if (groups.plain !== undefined) return CONTROLS[groups.plain] ?? groups.plain;
  return decodeHTML(whole);
}

/** The character of a number in Unicode, where there is one. */
export function characterOf(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** The characters of UTF-8 bytes; bytes that are none are read as Latin-1. */
function* charactersOf(bytes: Buffer): Generator<{ text: string; at: number; size: number }> {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    const length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const text = bytes.toString('utf8', at, at + length);
    const valid = !text.includes('\ufffd');
    const size = valid ? length : 1;
    yield { text: valid ? text : String.fromCharCode(lead), at, size };
    at += size;
  }
}
