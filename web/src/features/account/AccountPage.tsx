import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import layout from '../../components/layout.module.css';
import { PageHeader } from '../../components/PageHeader';
import { useSession } from '../session/session';
import classes from './account.module.css';
import { Administrators } from './Administrators';
import { PasswordCard } from './PasswordCard';

export function AccountPage(): ReactElement {
  const { t } = useTranslation();
  const { email = '', role, applicationIds } = useSession().data ?? {};
  return (
    <>
      <PageHeader title={t('account.title')} subtitle={t('account.subtitle', { email })} />
      <div className={`${layout.columns} ${classes.columns}`}>
        <PasswordCard email={email} />
        {role === 'owner' && !applicationIds && <Administrators own={email} />}
      </div>
    </>
  );
}
