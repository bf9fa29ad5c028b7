import { Stack, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { IntegrationFormState } from './use-integration-form';

/** The certificate that requests show to an endpoint that asks for one, and its key, which is never shown. */
export function CertificateFields({ form }: { readonly form: IntegrationFormState }): ReactElement {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Textarea
        label={t('integrations.form.certificate')}
        description={t('integrations.form.certificateHelp')}
        placeholder="-----BEGIN CERTIFICATE-----"
        autosize
        minRows={2}
        maxRows={8}
        {...form.getInputProps('clientCertificate.certificate')}
      />
      <Textarea
        label={t('integrations.form.privateKey')}
        description={t('integrations.form.privateKeyHelp')}
        placeholder="-----BEGIN PRIVATE KEY-----"
        autoComplete="off"
        autosize
        minRows={2}
        maxRows={8}
        {...form.getInputProps('clientCertificate.privateKey')}
      />
    </Stack>
  );
}
