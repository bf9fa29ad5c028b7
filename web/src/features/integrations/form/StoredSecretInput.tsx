import { PasswordInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { IntegrationFormState } from './use-integration-form';
import { keepsSecrets } from './values';

interface StoredSecretInputProps {
  readonly form: IntegrationFormState;
  readonly path: string;
  readonly label: string;
  /** The service holds one, which is never shown; an empty field keeps it, as long as the URL stays where it is. */
  readonly stored: boolean;
  readonly help?: string;
  readonly optional?: boolean;
  readonly disabled?: boolean;
}

/** A field for a secret that may be stored already. */
export function StoredSecretInput(props: StoredSecretInputProps): ReactElement {
  const { form, path, label, stored, help, optional = false, disabled = false } = props;
  const { t } = useTranslation();
  // An optional one goes with another, which is asked for again.
  const keeps = optional || keepsSecrets(form.getInitialValues().url, form.values.url);
  return (
    <PasswordInput
      label={label}
      {...(stored && keeps && { placeholder: '••••••••••••' })}
      description={stored ? t(`integrations.form.${keeps ? 'keepSecret' : 'secretAgain'}`) : help}
      required={!optional && (!stored || !keeps)}
      autoComplete="off"
      disabled={disabled}
      visibilityToggleButtonProps={{ 'aria-label': t('integrations.form.showSecret') }}
      {...form.getInputProps(path)}
    />
  );
}
