import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { SESSION_KEY } from '../../app/query-client';
import { Card } from '../../components/Card';
import { showAtFields } from '../../components/form-problems';
import { notifyDone } from '../../components/notify';
import { Problem } from '../../components/Problem';
import { useGuardedEdits } from '../../components/unsaved/leaving';
import { MIN_PASSWORD, usePasswordCheck } from '../session/password';
import { accountApi } from './api';

const FIELDS = { currentPassword: '', newPassword: '' };

/** Changes one's own password. */
export function PasswordCard({ email }: { readonly email: string }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const passwordCheck = usePasswordCheck();
  const form = useForm({
    initialValues: FIELDS,
    validate: {
      currentPassword: (text) => (text === '' ? t('common.required') : null),
      newPassword: passwordCheck,
    },
  });
  // The present password may have been filled in by the browser.
  useGuardedEdits(() => form.getValues().newPassword !== '');
  const change = useMutation({
    mutationFn: accountApi.changePassword,
    onSuccess: () => {
      notifyDone(t('account.passwordDone'));
      form.reset();
      void client.invalidateQueries({ queryKey: SESSION_KEY });
    },
    onError: (error) => showAtFields(form, error),
  });
  const toggle = { 'aria-label': t('session.showPassword') };
  return (
    <Card title={t('account.password')}>
      <form noValidate onSubmit={form.onSubmit((values) => change.mutate(values))}>
        <Stack>
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <PasswordInput
            label={t('account.currentPassword')}
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('currentPassword')}
          />
          <PasswordInput
            label={t('account.newPassword')}
            description={t('session.passwordHelp', { count: MIN_PASSWORD })}
            autoComplete="new-password"
            required
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('newPassword')}
          />
          <Problem error={change.error} shownAtFields={(path) => path in FIELDS} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              {t('account.changePassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
