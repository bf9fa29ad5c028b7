import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The check of a form's field that may not stay empty: what is wrong with it, or null. */
export function useRequired(): (text: string) => string | null {
  const { t } = useTranslation();
  return useCallback((text) => (text.trim() === '' ? t('common.required') : null), [t]);
}
