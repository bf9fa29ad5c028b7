/** Texts in English and German. Only the chosen language is loaded. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { setReasons } from './reasons';
import { setRefusals } from './refusals';
import type { Texts } from './texts';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const STORAGE_KEY = 'cpm-language';

const load: Record<Language, () => Promise<Texts>> = {
  en: async () => {
    const { en, refusals } = await import('./en');
    setRefusals(refusals);
    setReasons({});
    return en;
  },
  de: async () => {
    const { de, reasons, refusals } = await import('./de');
    setRefusals(refusals);
    setReasons(reasons);
    return de;
  },
};

/** Starts with the language chosen before, else the browser's. */
export async function startI18n(): Promise<void> {
  const stored = localStorage.getItem(STORAGE_KEY);
  const wanted = stored ?? (navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en');
  const language: Language = wanted === 'de' ? 'de' : 'en';
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await load[language]() } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

/** Changes the language of the page at once, and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  i18next.addResourceBundle(language, 'translation', await load[language]());
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
