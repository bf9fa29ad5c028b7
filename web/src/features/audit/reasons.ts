/** Refusals of what is there for others. */
const ABSENCE = /_not_found$|^unknown_application$/;

/** Why something was refused, in words; undefined for a code that has none. */
export function wordsForReason(code: string, words: Readonly<Record<string, string>>): string | undefined {
  return words[ABSENCE.test(code) ? 'not_found' : code];
}
