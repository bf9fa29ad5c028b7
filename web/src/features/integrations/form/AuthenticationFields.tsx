import { PasswordInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { IntegrationFormState } from './use-integration-form';
import type { StoredSecrets } from './values';

interface AuthenticationFieldsProps {
  readonly form: IntegrationFormState;
  readonly stored: StoredSecrets;
}

/** The kind of authentication, and its fields. */
export function AuthenticationFields({ form, stored }: AuthenticationFieldsProps): ReactElement {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 36rem)');
  const { authType } = form.values.authentication;
  return (
    <Stack>
      <SegmentedControl
        aria-label={t('integrations.authentication')}
        fullWidth
        orientation={narrow ? 'vertical' : 'horizontal'}
        data={(['none', 'api-key', 'bearer'] as const).map((value) => ({
          value,
          label: t(`authType.${value}`),
        }))}
        value={authType}
        onChange={(value) => form.setFieldValue('authentication.authType', value)}
      />
      <Text size="sm" c="dimmed">
        {t(`integrations.form.auth.${authType}`)}
      </Text>
      {authType === 'api-key' && <ApiKeyFields form={form} stored={stored} />}
      {authType === 'bearer' && <BearerFields form={form} stored={stored} />}
    </Stack>
  );
}

function ApiKeyFields({ form, stored }: AuthenticationFieldsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t('integrations.form.location')}
        data={(['header', 'query'] as const).map((value) => ({
          value,
          label: t(`integrations.form.locations.${value}`),
        }))}
        allowDeselect={false}
        {...form.getInputProps('authentication.apiKeyAuth.location')}
      />
      <TextInput
        label={t('integrations.form.key')}
        description={t('integrations.form.keyHelp')}
        autoComplete="off"
        required
        {...form.getInputProps('authentication.apiKeyAuth.key')}
      />
      <SecretInput
        form={form}
        path="authentication.apiKeyAuth.value"
        label={t('integrations.form.value')}
        stored={stored.apiKey}
      />
    </>
  );
}

function BearerFields({ form, stored }: AuthenticationFieldsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <SecretInput
        form={form}
        path="authentication.bearerAuth.token"
        label={t('integrations.form.token')}
        stored={stored.token}
      />
      <TextInput
        type="datetime-local"
        label={t('integrations.form.expiresAt')}
        description={t('integrations.form.expiresAtHelp')}
        {...form.getInputProps('authentication.bearerAuth.expiresAt')}
      />
    </>
  );
}

interface SecretInputProps {
  readonly form: IntegrationFormState;
  readonly path: string;
  readonly label: string;
  /** The service holds one, which is never shown; an empty field keeps it. */
  readonly stored: boolean;
}

function SecretInput({ form, path, label, stored }: SecretInputProps): ReactElement {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={label}
      {...(stored && { description: t('integrations.form.keepSecret'), placeholder: '••••••••••••' })}
      required={!stored}
      autoComplete="off"
      visibilityToggleButtonProps={{ 'aria-label': t('integrations.form.showSecret') }}
      {...form.getInputProps(path)}
    />
  );
}
