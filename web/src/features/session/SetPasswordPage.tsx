import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { answer, api, done } from '../../api/client';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { Entrance } from './Entrance';
import { MIN_PASSWORD, usePasswordCheck } from './password';
import { useLogin } from './session';

/** Somebody has opened such a link: sets their password and logs in. */
export function SetPasswordPage(): ReactElement {
  const { t } = useTranslation();
  const [token] = useState(() => window.location.hash.slice(1));
  const owner = useQuery({
    queryKey: ['password-link', token],
    queryFn: () => answer(api.POST('/v1/password-links/look-up', { body: { token } })),
    retry: false,
  });
  // The token must not stay in the history of the browser.
  useEffect(() => window.history.replaceState(window.history.state, '', window.location.pathname), []);
  return (
    <Entrance title={t('session.setPasswordTitle')} text={t('session.setPasswordText')}>
      {owner.data && <SetPasswordForm token={token} email={owner.data.email} />}
      {owner.error && (
        <Stack>
          <Problem error={owner.error} />
          <Anchor href="/">{t('session.toLogin')}</Anchor>
        </Stack>
      )}
    </Entrance>
  );
}

function SetPasswordForm({ token, email }: { readonly token: string; readonly email: string }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const login = useLogin();
  const passwordCheck = usePasswordCheck();
  const form = useForm({ initialValues: { password: '' }, validate: { password: passwordCheck } });
  const set = useMutation({
    mutationFn: (password: string) => done(api.POST('/v1/password-links/use', { body: { token, password } })),
    onSuccess: (_done, password) =>
      login.mutate({ email, password }, { onSettled: () => void navigate('/', { replace: true }) }),
    onError: (error) => showAtFields(form, error),
  });
  return (
    <form noValidate onSubmit={form.onSubmit(({ password }) => set.mutate(password))}>
      <Stack>
        <TextInput label={t('session.email')} type="email" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t('session.password')}
          description={t('session.passwordHelp', { count: MIN_PASSWORD })}
          autoComplete="new-password"
          required
          withAsterisk={false}
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          {...form.getInputProps('password')}
        />
        <Problem error={set.error} shownAtFields={(path) => path === 'password'} />
        <Button type="submit" loading={set.isPending || login.isPending} fullWidth>
          {t('session.setPassword')}
        </Button>
      </Stack>
    </form>
  );
}
