/**
 * Passwords that are guessed first (rule `no-common-passwords`): the list is that of a kept package, some 49,000 that many people
 * have. Of long ones it holds few, so what is looked for is a password that is little more than listed ones.
 */
import { dictionary } from '@zxcvbn-ts/language-common';

/** Of how many listed passwords, years and single characters a password is made that is guessed. */
const MOST_PARTS = 3;
/** The same without anything between the words: three words in a row are the beginning of a passphrase. */
const MOST_BARE_PARTS = 2;
/** Shorter ones are in the list too, and in most passphrases. */
const SHORTEST = 4;
/** Parts of an address that are shorter stand in many words by chance. */
const SHORTEST_NAME = 4;
const YEAR = /^(?:19|20)\d\d$/;
/** What stands for what in passwords that only look varied. */
const DISGUISES: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'l', '(': 'c', '+': 't' },
};
/** What is written by going on to the next letter, digit or key, in either direction. */
const ROWS = [
  ...['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl'],
  ...['qsdfghjklm', 'zxcvbnm', 'yxcvbnm', 'wxcvbn'],
]
  .flatMap((row) => [row, backwards(row)])
  .join(' ');
/** As it is written without anything between the letters. */
const PRODUCT_NAMES = ['cpmwebhook'];

let known: { readonly listed: ReadonlySet<string>; readonly longest: number } | undefined;

function list(): NonNullable<typeof known> {
  if (known) return known;
  const listed = new Set(dictionary['passwords-common'].map(String).filter((one) => one.length >= SHORTEST));
  known = { listed, longest: Math.max(...[...listed].map((one) => one.length)) };
  return known;
}

/**
 * Whether a password is a common one, or little more than that: common ones, years, rows of letters or keys and characters, three at most.
 * What is repeated counts once. Neither upper case nor digits in the place of letters, neither accents nor another direction make another
 * password of it.
 */
export function isCommonPassword(password: string): boolean {
  const forwards = plain(password);
  return [forwards, backwards(forwards)].some(
    (text) => fewestParts(text) <= MOST_PARTS || fewestParts(letters(text)) <= MOST_BARE_PARTS,
  );
}

/** Whether a password holds the name of whoever has it, or that of the product. */
export function namesItsAccount(password: string, email: string): boolean {
  const [local = ''] = email.split('@');
  const names = [local, ...local.split(/[^\p{L}\p{N}]+/u)].map(letters);
  return [...PRODUCT_NAMES, ...names.filter((name) => name.length >= SHORTEST_NAME)].some((name) =>
    letters(password).includes(name),
  );
}

/** The fewest listed passwords and characters that a text is made of, from its beginning on. */
function fewestParts(text: string): number {
  const { listed, longest } = list();
  const disguised = [...text].map((one) => DISGUISES[one] ?? one).join('');
  const isListed = (from: number, to: number): boolean =>
    listed.has(text.slice(from, to)) ||
    listed.has(disguised.slice(from, to)) ||
    ROWS.includes(text.slice(from, to)) ||
    YEAR.test(text.slice(from, to));
  const fewest = [0];
  for (let end = 1; end <= text.length; end += 1) {
    let least = (fewest[end - 1] ?? 0) + 1;
    for (let start = Math.max(0, end - longest); start < end; start += 1) {
      const before = fewest[start] ?? 0;
      if (before < least && text.slice(2 * start - end, start) === text.slice(start, end)) least = before;
      if (before + 1 < least && end - start >= SHORTEST && isListed(start, end)) least = before + 1;
    }
    fewest.push(least);
  }
  return fewest[text.length] ?? 0;
}

function plain(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
}

function backwards(text: string): string {
  return [...text].toReversed().join('');
}

function letters(text: string): string {
  return plain(text).replace(/[^\p{L}\p{N}]/gu, '');
}
