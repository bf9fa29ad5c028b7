import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** The field in which whoever is logged in shows that it is still they. */
export function CurrentPassword(props: PasswordInputProps): ReactElement {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('account.currentPassword')}
      autoComplete="current-password"
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
      {...props}
    />
  );
}
