/** Reads a text as its writer may have meant it: what is escaped in it, layer by layer, and where each character stands. */
import { decodeHTML } from 'entities';

/** A text, with the place of each of its characters in the original; the places of the original itself are not written out. */
export interface Reading {
  readonly text: string;
  readonly from?: readonly number[];
  readonly to?: readonly number[];
}

/** Escapes within escapes that are followed. */
const MOST_LAYERS = 6;

const HEX = '[0-9a-fA-F]';
/** What may follow the backslash of an escape that the end of the text cuts off. */
const CUT_LETTERS = `(?:[uU]\\{?${HEX}{0,7}|x${HEX}?|[0-7]{0,2})`;
/** What is shown as nothing: places where a long word may be broken, and a backslash before the end of a line. */
const NOTHING = '[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]|<wbr ?/?>|\\\\\\r?\\n[ \\t]*';
/** JSON, JavaScript, C and Python; percent-encoding; HTML. Bytes stand in runs, for a character may be several. */
const ESCAPE = new RegExp(
  [
    `(?<nothing>(?:${NOTHING})+)`,
    `\\\\u\\{(?<brace>${HEX}{1,6})\\}`,
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
/** An escape that the end of the text cuts off. */
const CUT_ESCAPE = new RegExp(
  `(?:\\\\${CUT_LETTERS}|%u?${HEX}{0,3}|&#\\w{0,24}|&\\w{0,8}|=(?:[0-9A-Fa-f]|[ \\t]*\\r)?)$`,
);
/** Characters at the end in which that is looked for. */
const LONGEST_ESCAPE = 28;
/** Quoted-printable (RFC 2045 §6.7): bytes in runs, and ends of lines that are none. */
const QUOTED_PRINTABLE = /(?<bytes>(?:=[0-9A-Fa-f]{2})+)|(?<nothing>=[ \t]*\r?\n)/g;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The text as it stands, and as it reads with each layer of escapes taken off; the same of what it says as quoted-printable. */
export function readingsOf(text: string): Reading[] {
  const printable = read({ text }, QUOTED_PRINTABLE);
  return [...layersOf({ text }), ...(printable ? layersOf(printable) : [])];
}

function layersOf(reading: Reading): Reading[] {
  const readings = [reading];
  for (let next = read(reading, ESCAPE); next && readings.length <= MOST_LAYERS; next = read(next, ESCAPE))
    readings.push(next);
  return readings;
}

/** The part of the original that a part of a reading stands for. */
export function placeOf({ from, to }: Reading, start: number, end: number): [number, number] {
  return [from?.[start] ?? start, to?.[end - 1] ?? end];
}

/** Where an escape begins that the end of the text cuts off; else the end. */
export function endOfWhole(text: string): number {
  return text.length - (CUT_ESCAPE.exec(text.slice(-LONGEST_ESCAPE))?.[0].length ?? 0);
}

/** One layer of escapes taken off; undefined where there is none. */
function read(reading: Reading, escapes: RegExp): Reading | undefined {
  if (reading.text.search(escapes) < 0) return undefined;
  const parts: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const add = (characters: string, start: number, end: number): void => {
    parts.push(characters);
    const [first, last] = placeOf(reading, start, end);
    for (let i = 0; i < characters.length; i += 1) {
      from.push(first);
      to.push(last);
    }
  };
  const copy = (start: number, end: number): void => {
    parts.push(reading.text.slice(start, end));
    for (let i = start; i < end; i += 1) {
      const [first, last] = placeOf(reading, i, i + 1);
      from.push(first);
      to.push(last);
    }
  };
  let done = 0;
  for (const match of reading.text.matchAll(escapes)) {
    const end = match.index + match[0].length;
    copy(done, match.index);
    done = end;
    const { nothing, bytes } = match.groups ?? {};
    if (nothing !== undefined) continue;
    if (bytes === undefined) {
      add(meaningOf(match), match.index, end);
      continue;
    }
    const width = bytes.startsWith('\\') ? 4 : 3;
    for (const { text, at, size } of charactersOf(Buffer.from(bytes.replace(/\\x|[%=]/g, ''), 'hex')))
      add(text, match.index + at * width, match.index + (at + size) * width);
  }
  copy(done, reading.text.length);
  const text = parts.join('');
  return text === reading.text ? undefined : { text, from, to };
}

function meaningOf({ 0: whole, groups = {} }: RegExpMatchArray): string {
  const hex = groups.brace ?? groups.short ?? groups.long ?? groups.percent;
  if (hex !== undefined) return characterOf(parseInt(hex, 16)) ?? whole;
  if (groups.octal !== undefined) return characterOf(parseInt(groups.octal, 8)) ?? whole;
  if (groups.plain !== undefined) return CONTROLS[groups.plain] ?? groups.plain;
  return decodeHTML(whole);
}

function characterOf(code: number): string | undefined {
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
