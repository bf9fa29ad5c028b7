import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../components/layout.module.css';
import { PageHeader } from '../../components/PageHeader';
import { Offered } from '../session/permission';
import { useSession } from '../session/session';
import classes from './account.module.css';
import { Administrators } from './Administrators';
import { PasswordCard } from './PasswordCard';
import { ProviderCard } from './ProviderCard';
import { SecondFactorCard } from './SecondFactorCard';
import { SessionsCard } from './SessionsCard';

export function AccountPage(): ReactElement {
  const { t } = useTranslation();
  const { email = '', logsInWith, logInBy } = useSession().data ?? {};
  const hasPassword = logsInWith === 'password' && logInBy?.password === true;
  return (
    <>
      <PageHeader title={t('account.title')} subtitle={t('account.subtitle', { email })} />
      <div className={`${layout.columns} ${classes.columns}`}>
        <Stack gap="lg">
          {hasPassword && <PasswordCard email={email} />}
          {hasPassword && <SecondFactorCard required={logInBy.secondFactorRequired} />}
          <SessionsCard />
          {logsInWith === 'identity-provider' && <ProviderCard name={logInBy?.identityProvider ?? ''} />}
        </Stack>
        <Offered operation="listAdministrators">
          <Administrators own={email} passwords={logInBy?.password === true} />
        </Offered>
      </div>
    </>
  );
}
