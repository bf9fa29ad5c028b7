import { Checkbox, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { TimeInput } from '../../../components/TimeInput';
import { StoredSecretInput } from './StoredSecretInput';
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
        data={(['none', 'api-key', 'bearer', 'oauth2'] as const).map((value) => ({
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
      {authType === 'oauth2' && <OAuth2Fields form={form} stored={stored} />}
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
      <StoredSecretInput
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
      <StoredSecretInput
        form={form}
        path="authentication.bearerAuth.token"
        label={t('integrations.form.token')}
        stored={stored.token}
      />
      <TimeInput
        label={t('integrations.form.expiresAt')}
        description={t('integrations.form.expiresAtHelp')}
        {...form.getInputProps('authentication.bearerAuth.expiresAt')}
      />
    </>
  );
}

function OAuth2Fields({ form, stored }: AuthenticationFieldsProps): ReactElement {
  const { t } = useTranslation();
  const at = 'authentication.oauth2Auth';
  const isMasked = form.getInitialValues().authentication.oauth2Auth.tokenUrl.includes('***');
  return (
    <>
      <TextInput
        label={t('integrations.form.tokenUrl')}
        description={isMasked && t('integrations.form.urlMasked')}
        placeholder="https://login.example.com/oauth2/token"
        type="url"
        inputMode="url"
        required
        {...form.getInputProps(`${at}.tokenUrl`)}
      />
      <TextInput
        label={t('integrations.form.clientId')}
        autoComplete="off"
        required
        {...form.getInputProps(`${at}.clientId`)}
      />
      <StoredSecretInput
        form={form}
        path={`${at}.clientSecret`}
        label={t('integrations.form.clientSecret')}
        stored={stored.clientSecret}
      />
      <TextInput
        label={t('integrations.form.scope')}
        description={t('integrations.form.scopeHelp')}
        {...form.getInputProps(`${at}.scope`)}
      />
      <TextInput
        label={t('integrations.form.audience')}
        description={t('integrations.form.audienceHelp')}
        {...form.getInputProps(`${at}.audience`)}
      />
      <StoredSecretInput
        form={form}
        path={`${at}.refreshToken`}
        label={t('integrations.form.refreshToken')}
        help={t('integrations.form.refreshTokenHelp')}
        stored={stored.refreshToken}
        disabled={form.values.authentication.oauth2Auth.forgetRefreshToken}
        optional
      />
      {stored.refreshToken && (
        <Checkbox
          label={t('integrations.form.forgetRefreshToken')}
          description={t('integrations.form.forgetRefreshTokenHelp')}
          {...form.getInputProps(`${at}.forgetRefreshToken`, { type: 'checkbox' })}
        />
      )}
    </>
  );
}
