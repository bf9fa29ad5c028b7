import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { Entrance } from './Entrance';
import { ProviderButton } from './ProviderButton';
import { useSetup, type Session } from './session';
import { MIN_PASSWORD, usePasswordCheck } from './password';

const FIELDS = { setupCode: '', email: '', password: '' };

/** The first run: a person who can read the service's output becomes the first administrator. */
export function SetupPage({ logInBy }: Pick<Session, 'logInBy'>): ReactElement {
  const { t } = useTranslation();
  const setup = useSetup();
  const passwordCheck = usePasswordCheck();
  const form = useForm({
    initialValues: FIELDS,
    validate: { password: passwordCheck },
  });
  const submit = form.onSubmit((values) =>
    setup.mutate(values, { onError: (error) => showAtFields(form, error) }),
  );
  return (
    <Entrance title={t('session.setupTitle')} text={t('session.setupText')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('session.setupCode')}
            description={t('session.setupCodeHelp')}
            autoComplete="off"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('setupCode')}
          />
          <TextInput
            label={t('session.email')}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('session.password')}
            description={t('session.passwordHelp', { count: MIN_PASSWORD })}
            autoComplete="new-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('session.showPassword') }}
            {...form.getInputProps('password')}
          />
          <Problem error={setup.error} shownAtFields={(path) => path in FIELDS} />
          <Button type="submit" loading={setup.isPending} fullWidth>
            {t('session.setup')}
          </Button>
        </Stack>
      </form>
      {logInBy.identityProvider !== null && (
        <>
          <Divider my="md" label={t('session.or')} />
          <ProviderButton name={logInBy.identityProvider} isOnlyWay={false} />
        </>
      )}
    </Entrance>
  );
}
