import { Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../../api/queries';
import { ApplicationsSelect } from '../../components/ApplicationsSelect';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { SecretOnce } from '../../components/SecretOnce';
import { isEdited } from '../../components/unsaved/forms';
import { useGuardedEdits } from '../../components/unsaved/leaving';
import { useRequired } from '../../components/use-required';
import { apiKeysApi } from './api';
import { ScopesField } from './ScopesField';
import type { Scope } from './scopes';

interface CreateKeyDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function CreateKeyDialog({ opened, onClose }: CreateKeyDialogProps): ReactElement {
  const { t } = useTranslation();
  const [created, setCreated] = useState(false);
  const close = (): void => {
    setCreated(false);
    onClose();
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      size="lg"
      title={t('apiKeys.new')}
      closeOnClickOutside={false}
      holdsSecret={created}
    >
      <KeyForm onClose={close} onCreated={() => setCreated(true)} />
    </Dialog>
  );
}

/** Lives to choose from, in days; the empty one never ends. */
const LIVES = ['', '30', '90', '365'] as const;

const FIELDS = { name: '', scopes: [] as string[], applicationIds: [] as string[], days: '' };

function endOf(days: string): { expiresAt?: string } {
  return days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString() };
}

interface KeyFormProps {
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

function KeyForm({ onClose, onCreated }: KeyFormProps): ReactElement {
  const { t } = useTranslation();
  const required = useRequired();
  const form = useForm({
    initialValues: FIELDS,
    validate: {
      name: required,
      scopes: (scopes) => (scopes.length === 0 ? t('common.required') : null),
    },
  });
  const create = useChange(apiKeysApi.create, [['api-keys']]);
  useGuardedEdits(() => create.data === undefined && isEdited(form));
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
  const submit = form.onSubmit(({ name, scopes, applicationIds, days }) =>
    create.mutate(
      {
        ...{ name: name.trim(), scopes: scopes as Scope[], ...endOf(days) },
        applicationIds: applicationIds.length === 0 ? null : applicationIds,
      },
      { onSuccess: onCreated, onError: (error) => showAtFields(form, error) },
    ),
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
        <ScopesField {...form.getInputProps('scopes')} />
        <ApplicationsSelect {...form.getInputProps('applicationIds')} />
        <Select
          label={t('apiKeys.life')}
          data={LIVES.map((days) => ({
            value: days,
            label: days === '' ? t('common.never') : t('apiKeys.days', { count: Number(days) }),
          }))}
          allowDeselect={false}
          {...form.getInputProps('days')}
        />
        <Problem error={create.error} shownAtFields={(path) => path in FIELDS} />
        <DialogButtons action={t('common.create')} pending={create.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
