/** Bytes that are written in letters or digits, and what they say. */
import { constants, gunzipSync, inflateSync } from 'node:zlib';
import { hasCode } from '../../platform/error-code';
import { isZlib } from './decode';
import { TooMuchToRead, type Effort } from './effort';
import { characterOf } from './spellings';

/** A part of a text that may be bytes. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** Where what belongs to it ends: one that is cut off may end in what stands between two bytes. */
  readonly until: number;
  /** Bytes that it writes, about. */
  readonly size: number;
  /** What it says: it is read from each place where it may begin. */
  readonly texts: () => readonly string[];
}

/** The least that gzip makes of anything. Bytes. */
export const LEAST_PACKED = 20;
/** Where a long run is broken into lines, in mails and in source code. */
const LINE_BREAK = `[ \\t"'+.]{0,4}\\r?\\n[ \\t"'>|#*]{0,8}`;
const HEX_BREAK = `(?:,? ?0x|, ?|[ :-]|${LINE_BREAK})`;
/** What stands before a number, and says of which base it is. */
const BASE_MARK = '(?:0[xXbBoO]|[uU]\\+)';
const NUMBER = `${BASE_MARK}?[0-9a-fA-F]{1,8}`;
/** Bytes that may come of packed ones. */
const MOST_UNPACKED = 65_536;
/** What nobody writes in a text: controls, and bytes that are no characters. */
const NO_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]+/; // eslint-disable-line no-control-regex -- they are meant
/** Characters between such that may be a text: fewer stand there by chance. */
const LEAST_TEXT = 4;

interface Encoding {
  readonly run: RegExp;
  /** Characters that write a byte, at the least. */
  readonly width: number;
  readonly read: (run: string) => readonly (Buffer | string)[];
}

const ENCODINGS: readonly Encoding[] = [
  {
    run: new RegExp(`[A-Za-z0-9+/_-]{8,}(?:${LINE_BREAK}[A-Za-z0-9+/_-]+)*`, 'g'),
    width: 4 / 3,
    read: (run) => {
      const letters = run.replace(new RegExp(LINE_BREAK, 'g'), '');
      return [0, 1, 2, 3].map((shift) => Buffer.from(letters.slice(shift), 'base64'));
    },
  },
  {
    run: new RegExp(
      `(?:0x)?[0-9a-fA-F]{2}(?:${HEX_BREAK}?[0-9a-fA-F]{2}){3,}(?:${HEX_BREAK}$|${HEX_BREAK}?[0-9a-fA-F])?`,
      'g',
    ),
    width: 2,
    read: (run) => {
      const digits = run.replace(/0x|[^0-9a-fA-F]/g, '');
      return [0, 1].map((shift) => Buffer.from(digits.slice(shift), 'hex'));
    },
  },
  {
    run: /[A-Z2-7]{13,}|[a-z2-7]{13,}/g, // base32: a secret has 13 of these letters at least
    width: 8 / 5,
    read: (run) => [0, 1, 2, 3, 4, 5, 6, 7].map((shift) => fromBase32(run.slice(shift))),
  },
  {
    run: new RegExp(
      `(?<![0-9a-zA-Z])${NUMBER}(?:[^0-9a-zA-Z]{1,8}${NUMBER}){3,}(?![0-9a-zA-Z])(?<after>[^0-9a-zA-Z]{1,8}$)?`,
      'g',
    ),
    width: 2,
    read: (run) => fromNumbers(run.replace(new RegExp(BASE_MARK, 'g'), '').match(/[0-9a-fA-F]+/g) ?? []),
  },
];

/** The parts of a text that may be bytes. */
export function runsOf(text: string, effort: Effort): Run[] {
  const runs: Run[] = [];
  for (const { run, width, read } of ENCODINGS) {
    run.lastIndex = 0; // `matchAll` would copy the expression for each text
    for (let found = run.exec(text); found; found = run.exec(text)) {
      const [written] = found;
      const until = found.index + written.length;
      runs.push({
        start: found.index,
        end: until - (found.groups?.after?.length ?? 0),
        until,
        size: Math.ceil(written.length / width),
        texts: () => read(written).flatMap((meant) => textsOf(meant, effort)),
      });
    }
  }
  return runs;
}

/** What of a text is one: of bytes that are none, nothing stays. */
function withoutChance(text: string): string {
  if (!NO_TEXT.test(text)) return text;
  return text
    .replaceAll('\0', '')
    .split(NO_TEXT)
    .filter(({ length }) => length >= LEAST_TEXT)
    .join('\ufffd');
}

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

/** The characters of these numbers, and the bytes, in each base that they may be of. The last one may be cut in half. */
function fromNumbers(numbers: readonly string[]): (Buffer | string)[] {
  return [/^[0-9a-fA-F]+$/, /^[0-9]+$/, /^[0-7]+$/, /^[01]+$/].flatMap((digits, index) => {
    const base = [16, 10, 8, 2][index];
    const text = numbers
      .map((number) => (digits.test(number) ? (characterOf(parseInt(number, base)) ?? '\ufffd') : '\ufffd'))
      .join('');
    const whole = [text, text.slice(0, -1)];
    return /[\x80-\xff]/.test(text) ? [...whole, ...whole.map((one) => Buffer.from(one, 'latin1'))] : whole;
  });
}

/** What bytes say in UTF-8, in UTF-16, which has a zero beside each byte of ASCII, and unpacked; nothing where that is no text. */
function textsOf(meant: Buffer | string, effort: Effort): string[] {
  effort.spend(meant.length);
  const texts = [meant.toString()];
  if (typeof meant !== 'string') {
    if (meant.includes(0)) texts.push(meant.toString('utf16le'));
    const packed = unpacked(meant);
    if (packed) {
      effort.spend(packed.length);
      texts.push(packed.toString());
    }
  }
  return texts.map(withoutChance).filter((text) => text !== '');
}

/** What gzip or zlib packed; of something cut off, what there is. */
function unpacked(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 2 || !(bytes.readUInt16BE(0) === 0x1f8b || isZlib(bytes))) return undefined;
  try {
    return (bytes[0] === 0x1f ? gunzipSync : inflateSync)(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: MOST_UNPACKED,
    });
  } catch (error) {
    if (hasCode(error, 'ERR_BUFFER_TOO_LARGE')) throw new TooMuchToRead();
    return undefined; // it was packed by nobody
  }
}
