import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** The API's rule for administrators' passwords, told before they are sent. */
export const MIN_PASSWORD = 12;

/** The check of a new password's field: what is wrong with it, or null. */
export function usePasswordCheck(): (text: string) => string | null {
  const { t } = useTranslation();
  return useCallback(
    (text) => (text.length < MIN_PASSWORD ? t('session.passwordShort', { count: MIN_PASSWORD }) : null),
    [t],
  );
}
