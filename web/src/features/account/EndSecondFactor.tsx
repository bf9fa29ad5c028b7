import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { accountApi, SECOND_FACTOR_KEY } from './api';
import { CurrentPassword } from './CurrentPassword';

const FIELDS = { currentPassword: '', code: '' };

/** Has no code asked for any more, given both factors. */
export function EndSecondFactor({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm({ initialValues: FIELDS });
  const end = useMutation({
    mutationFn: accountApi.endSecondFactor,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: SECOND_FACTOR_KEY });
      onClose();
    },
    onError: (error) => showAtFields(form, error),
  });
  return (
    <Dialog opened onClose={onClose} title={t('account.secondFactor')}>
      <form onSubmit={form.onSubmit((values) => end.mutate(values))}>
        <Stack>
          <CurrentPassword {...form.getInputProps('currentPassword')} />
          <TextInput
            label={t('session.code')}
            description={t('session.codeHelp')}
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            {...form.getInputProps('code')}
          />
          <Problem error={end.error} shownAtFields={(path) => path in FIELDS} />
          <DialogButtons action={t('account.endFactor')} pending={end.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Dialog>
  );
}
