import { ActionIcon, Button, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldRow } from '../../../components/FieldRow';
import { StoredSecretInput } from './StoredSecretInput';
import type { IntegrationFormState } from './use-integration-form';
import type { HeaderValues } from './values';

const NEW_HEADER: HeaderValues = { name: '', value: '', stored: false };

/** Headers that each request carries beside the authentication. What they say is never shown. */
export function HeaderRows({ form }: { readonly form: IntegrationFormState }): ReactElement {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('integrations.form.headersHelp')}
      </Text>
      {form.values.headers.map(({ stored }, index) => (
        <FieldRow key={form.key(`headers.${index}`)}>
          <TextInput
            label={t('integrations.form.headerName')}
            autoComplete="off"
            required
            {...form.getInputProps(`headers.${index}.name`)}
          />
          <StoredSecretInput
            form={form}
            path={`headers.${index}.value`}
            label={t('integrations.form.headerValue')}
            stored={stored}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t('integrations.form.removeHeader')}
            onClick={() => form.removeListItem('headers', index)}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </FieldRow>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => form.insertListItem('headers', NEW_HEADER)}
        >
          {t('integrations.form.addHeader')}
        </Button>
      </div>
    </Stack>
  );
}
