import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api/queries';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { SecretOnce } from '../../components/SecretOnce';
import { apiKeysApi } from './api';

interface CreateKeyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function CreateKeyDialog({ opened, onClose }: CreateKeyDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('apiKeys.new')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <KeyForm onClose={onClose} />
    </Modal>
  );
}

function KeyForm({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() === '' ? t('common.required') : null) },
  });
  const create = useChange(apiKeysApi.create, [['api-keys']]);
  if (create.data) {
    return (
      <Stack>
        <SecretOnce label={t('apiKeys.key')} secret={create.data.key} text={t('apiKeys.once')} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('integrations.stored')}</Button>
        </Group>
      </Stack>
    );
  }
  const submit = form.onSubmit(({ name }) =>
    create.mutate(name.trim(), { onError: (error) => showAtFields(form, error) }),
  );
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('apiKeys.name')}
          description={t('apiKeys.nameHelp')}
          required
          data-autofocus
          maxLength={100}
          {...form.getInputProps('name')}
        />
        <Problem error={create.error} shownAtFields={(path) => path === 'name'} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('common.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
