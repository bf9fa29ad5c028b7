import { Button, Group, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApplicationDialog } from '../../catalogue/ApplicationDialog';
import { useApplications } from '../../catalogue/queries';
import { useOnlyApplication } from '../../catalogue/use-only-application';
import type { IntegrationFormState } from './use-integration-form';

interface ApplicationFieldProps {
  readonly form: IntegrationFormState;
  /** An integration stays with its application. */
  readonly fixed: boolean;
}

/** Whose changes are sent. The only application is chosen already; a first one is created here. */
export function ApplicationField({ form, fixed }: ApplicationFieldProps): ReactElement {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure();
  const applications = useApplications().data?.items;
  const choose = (id: string): void => form.setFieldValue('applicationId', id);
  useOnlyApplication(form);
  return (
    <>
      <Group align="flex-end" gap="xs">
        <Select
          label={t('catalogue.application')}
          description={t('integrations.form.applicationHelp')}
          placeholder={applications?.length === 0 ? t('integrations.form.noApplication') : t('common.choose')}
          data={(applications ?? []).map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))}
          required
          disabled={fixed}
          allowDeselect={false}
          flex="1 1 12rem"
          {...form.getInputProps('applicationId')}
        />
        {!fixed && (
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
            {t('catalogue.newApplication')}
          </Button>
        )}
      </Group>
      <ApplicationDialog opened={opened} onClose={close} onSaved={({ id }) => choose(id)} />
    </>
  );
}
