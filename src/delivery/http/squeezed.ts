/** Reads of a text nothing but its letters and digits, however they are written, and whatever stands between them. */
import { readingOf, type Reading } from './spellings';

/** Tags and comments of markup, and colours of terminals; the last one may be cut off. */
const MARKUP =
  '<(?:!--[^]*?(?:-->|$)|[/!?]?(?:[a-zA-Z[][^<>]{0,200}(?:>|$)|$))|\\]\\]>|\\u001b(?:\\[[0-9;]*(?:[a-zA-Z]|$)|$)';
const WITHOUT_MARKUP = new RegExp(MARKUP, 'g');
const MARKUP_OR_CHARACTER = new RegExp(`(?<markup>${MARKUP})|[^]`, 'gu');
const CHARACTER = /[^]/gu;
const HAS_MARKUP = new RegExp(MARKUP);
const BEYOND_ASCII = /[^\0-\x7f]/;

/** A text without what is between its letters, to be searched; and its places, which only a find is worth. */
interface Squeezed {
  readonly text: string;
  readonly placed: () => Reading;
}

/** The letters and digits of a text; where it holds markup, also those of what is shown of it. */
export function squeezed(text: string): string[] {
  return HAS_MARKUP.test(text)
    ? [lettersOf(text), lettersOf(text.replace(WITHOUT_MARKUP, ''))]
    : [lettersOf(text)];
}

/** The same of a reading, with places. */
export function squeezedReadings(reading: Reading): Squeezed[] {
  return squeezed(reading.text).map((text, index) => ({
    text,
    placed: () => placed(reading, index === 0 ? CHARACTER : MARKUP_OR_CHARACTER),
  }));
}

/** Small ones: wide, raised or accented ones are the plain ones. */
function lettersOf(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function placed(reading: Reading, parts: RegExp): Reading {
  let text = '';
  const pieces = Array.from(reading.text.matchAll(parts), ({ 0: part, index, groups }) => {
    const piece = {
      at: text.length,
      text: groups?.markup === undefined ? lettersOf(part) : '',
      from: index,
      to: index + part.length,
    };
    text += piece.text;
    return piece;
  });
  return readingOf(reading, pieces, text);
}
