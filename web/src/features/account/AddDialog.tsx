import { Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApplicationsSelect } from '../../components/ApplicationsSelect';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { useGuardedForm } from '../../components/unsaved/leaving';
import { useRequired } from '../../components/use-required';
import { accountApi, ROLES, type PasswordLink, type Role } from './api';
import { LinkOnce } from './LinkOnce';

interface AddDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Invites somebody, and shows the link by which they set their password. */
export function AddDialog({ opened, onClose }: AddDialogProps): ReactElement {
  const { t } = useTranslation();
  const [invited, setInvited] = useState<{ email: string; link: PasswordLink }>();
  const close = (): void => {
    setInvited(undefined);
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={t('account.add')} holdsSecret={invited !== undefined}>
      {invited ? (
        <LinkOnce {...invited} onStored={close} />
      ) : (
        <AddForm onClose={close} onInvited={(email, link) => setInvited({ email, link })} />
      )}
    </Dialog>
  );
}

const FIELDS = { email: '', role: 'editor' as Role, applicationIds: [] as string[] };

interface AddFormProps {
  readonly onClose: () => void;
  readonly onInvited: (email: string, link: PasswordLink) => void;
}

function AddForm({ onClose, onInvited }: AddFormProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const required = useRequired();
  const form = useForm({
    initialValues: FIELDS,
    validate: { email: required },
  });
  useGuardedForm(form);
  const add = useMutation({
    mutationFn: accountApi.invite,
    onSuccess: ({ email, passwordLink }) => {
      void client.invalidateQueries({ queryKey: ['administrators'] });
      onInvited(email, passwordLink);
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
