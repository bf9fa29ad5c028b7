import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api/queries';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { SecretOnce } from '../../components/SecretOnce';
import { useRequired } from '../../components/use-required';
import { apiKeysApi } from './api';

interface CreateKeyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function CreateKeyDialog({ opened, onClose }: CreateKeyDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} size="lg" title={t('apiKeys.new')} closeOnClickOutside={false}>
      <KeyForm onClose={onClose} />
    </Dialog>
  );
}

function KeyForm({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const required = useRequired();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: required },
  });
  const create = useChange(apiKeysApi.create, [['api-keys']]);
  if (create.data) {
    return (
      <SecretOnce
        label={t('apiKeys.key')}
        secret={create.data.key}
        text={t('apiKeys.once')}
        onStored={onClose}
      />
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
        <DialogButtons action={t('common.create')} pending={create.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
