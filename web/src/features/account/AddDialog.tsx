import { PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApplicationsSelect } from '../../components/ApplicationsSelect';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { notifyDone } from '../../components/notify';
import { Problem } from '../../components/Problem';
import { useRequired } from '../../components/use-required';
import { MIN_PASSWORD, usePasswordCheck } from '../session/password';
import { accountApi, ROLES, type Role } from './api';

interface AddDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Adds an administrator with a first password, to be handed over and changed. */
export function AddDialog({ opened, onClose }: AddDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('account.add')}>
      <AddForm onClose={onClose} />
    </Dialog>
  );
}

const FIELDS = { email: '', password: '', role: 'editor' as Role, applicationIds: [] as string[] };

function AddForm({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const required = useRequired();
  const passwordCheck = usePasswordCheck();
  const form = useForm({
    initialValues: FIELDS,
    validate: { email: required, password: passwordCheck },
  });
  const add = useMutation({
    mutationFn: accountApi.add,
    onSuccess: ({ email }) => {
      notifyDone(t('account.added', { email }));
      void client.invalidateQueries({ queryKey: ['administrators'] });
      onClose();
    },
    onError: (error) => showAtFields(form, error),
  });
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ applicationIds, ...values }) =>
        add.mutate({ ...values, applicationIds: applicationIds.length === 0 ? null : applicationIds }),
      )}
    >
      <Stack>
        <TextInput
          label={t('session.email')}
          type="email"
          autoComplete="off"
          required
          data-autofocus
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('account.firstPassword')}
          description={t('account.firstPasswordHelp', { count: MIN_PASSWORD })}
          autoComplete="new-password"
          required
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          {...form.getInputProps('password')}
        />
        <Select
          label={t('account.role')}
          data={ROLES.map((value) => ({ value, label: t(`account.roles.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <ApplicationsSelect {...form.getInputProps('applicationIds')} />
        <Problem error={add.error} shownAtFields={(path) => path in FIELDS} />
        <DialogButtons action={t('account.add')} pending={add.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
