import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { Entrance } from './Entrance';
import { useCode, useLogout } from './session';

/** The password was right: asks for the second factor. */
export function CodePage(): ReactElement {
  const { t } = useTranslation();
  const complete = useCode();
  const abandon = useLogout();
  const form = useForm({ initialValues: { code: '' } });
  const submit = form.onSubmit((values) =>
    complete.mutate(values, { onError: (error) => showAtFields(form, error) }),
  );
  return (
    <Entrance title={t('session.codeTitle')} text={t('session.codeText')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('session.code')}
            description={t('session.codeHelp')}
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            autoFocus
            {...form.getInputProps('code')}
          />
          <Problem error={complete.error} shownAtFields={(path) => path === 'code'} />
          <Button type="submit" loading={complete.isPending} fullWidth>
            {t('session.login')}
          </Button>
          <Button variant="subtle" loading={abandon.isPending} onClick={() => abandon.mutate()}>
            {t('session.toLogin')}
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
