/** The choice of a language. */

/**
 * Locales in the order of preference: the citizen's, its language, the application's first one and that one's language,
 * English.
 */
export function localeChain(citizens: string | null, applications: readonly string[]): string[] {
  const chain = [citizens, applications[0]].flatMap((locale) => (locale ? [locale, languageOf(locale)] : []));
  return [...new Set([...chain, 'en'])];
}

/** `de` of `de-AT`. */
export function languageOf(locale: string): string {
  return (locale.split('-')[0] ?? locale).toLowerCase();
}

/** Finds the first locale that something exists in; locales are compared without regard to case (BCP 47 §2.1.1). */
export function firstIn<T extends { readonly locale: string }>(
  chain: readonly string[],
  available: readonly T[],
): T | undefined {
  for (const wanted of chain) {
    const found = available.find(({ locale }) => locale.toLowerCase() === wanted.toLowerCase());
    if (found) return found;
  }
  return undefined;
}
