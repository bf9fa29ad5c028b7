import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../components/Problem';
import { Entrance } from './Entrance';
import { useIsOverPage } from './OverPage';
import { ProviderButton } from './ProviderButton';
import { useLogin, type Session } from './session';

/** The ways in that there are. */
export function LoginPage({ logInBy }: Pick<Session, 'logInBy'>): ReactElement {
  const { t } = useTranslation();
  const { password, identityProvider } = logInBy;
  const text = t(useIsOverPage() ? 'session.againText' : 'session.loginText');
  return (
    <Entrance title={t('session.loginTitle')} text={text}>
      <Stack>
        {password && <PasswordForm />}
        {password && identityProvider !== null && <Divider label={t('session.or')} />}
        {identityProvider !== null && <ProviderButton name={identityProvider} isOnlyWay={!password} />}
      </Stack>
    </Entrance>
  );
}

function PasswordForm(): ReactElement {
  const { t } = useTranslation();
  const login = useLogin();
  const form = useForm({ initialValues: { email: '', password: '' } });
  return (
    <form onSubmit={form.onSubmit((credentials) => login.mutate(credentials))}>
      <Stack>
        <TextInput
          label={t('session.email')}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          autoFocus
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('session.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
          {...form.getInputProps('password')}
        />
        <Problem error={login.error} />
        <Button type="submit" loading={login.isPending} fullWidth>
          {t('session.login')}
        </Button>
      </Stack>
    </form>
  );
}
