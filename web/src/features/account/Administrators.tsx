import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { DataTable, type Column } from '../../components/DataTable';
import { QueryView } from '../../components/QueryView';
import { ExactTime } from '../../components/Time';
import { AddDialog } from './AddDialog';
import { ApplicationsOf } from './ApplicationsOf';
import { accountApi, type Administrator } from './api';
import { ChangeDialog } from './ChangeDialog';
import { LinkDialog } from './LinkDialog';
import { RoleSelect } from './RoleSelect';

interface AdministratorsProps {
  readonly own: string;
  /** Whether people can be invited, who set a password. */
  readonly passwords: boolean;
}

/** Who may log in. */
export function Administrators({ own, passwords }: AdministratorsProps): ReactElement {
  const { t } = useTranslation();
  const administrators = useQuery({ queryKey: ['administrators'], queryFn: accountApi.administrators });
  const [adding, add] = useDisclosure();
  const [doomed, setDoomed] = useState<Administrator>();
  const [forgetful, setForgetful] = useState<Administrator>();
  const [locked, setLocked] = useState<Administrator>();
  const [elsewhere, setElsewhere] = useState<Administrator>();
  const columns: Column<Administrator>[] = [
    {
      key: 'email',
      header: t('session.email'),
      cell: ({ email, status, logsInWith, hasSecondFactor }) => (
        <span>
          <strong>{email}</strong> {email === own && t('account.you')}
          {status === 'invited' && t('account.invited')}
          {logsInWith === 'identity-provider' && t('account.fromProvider')}
          {hasSecondFactor && t('account.hasFactor')}
        </span>
      ),
    },
    { key: 'role', header: t('account.role'), cell: (row) => <RoleSelect administrator={row} /> },
    {
      key: 'applications',
      header: t('apiKeys.applications'),
      cell: (row) => <ApplicationsOf administrator={row} />,
    },
    { key: 'created', header: t('common.created'), cell: ({ createdAt }) => <ExactTime at={createdAt} /> },
    {
      key: 'actions',
      header: t('common.actions'),
      align: 'right',
      cell: (row) =>
        row.email === own ? null : (
          <Group gap="xs" justify="flex-end">
            {passwords && row.logsInWith === 'password' && (
              <Button variant="default" size="xs" onClick={() => setForgetful(row)}>
                {t('account.newLink')}
                <span className="visually-hidden"> {row.email}</span>
              </Button>
            )}
            {row.hasSecondFactor && (
              <Button variant="default" size="xs" onClick={() => setLocked(row)}>
                {t('account.resetFactor')}
                <span className="visually-hidden"> {row.email}</span>
              </Button>
            )}
            {row.status === 'active' && (
              <Button variant="default" size="xs" onClick={() => setElsewhere(row)}>
                {t('account.endSessions')}
                <span className="visually-hidden"> {row.email}</span>
              </Button>
            )}
            <Button variant="default" size="xs" onClick={() => setDoomed(row)}>
              {t('account.remove')}
              <span className="visually-hidden"> {row.email}</span>
            </Button>
          </Group>
        ),
    },
  ];
  return (
    <Card
      title={t('account.administrators')}
      aside={
        passwords && (
          <Button variant="default" size="xs" leftSection={<IconPlus size={16} />} onClick={add.open}>
            {t('account.add')}
          </Button>
        )
      }
    >
      <QueryView query={administrators}>
        {({ items }) => (
          <DataTable
            label={t('account.administrators')}
            columns={columns}
            rows={items}
            rowKey={({ id }) => id}
          />
        )}
      </QueryView>
      <AddDialog opened={adding} onClose={add.close} />
      <LinkDialog administrator={forgetful} onClose={() => setForgetful(undefined)} />
      <ChangeDialog
        administrator={locked}
        onClose={() => setLocked(undefined)}
        title={t('account.resetFactorTitle')}
        action={t('account.resetFactor')}
        change={accountApi.resetSecondFactor}
      >
        {t('account.resetFactorText', { email: locked?.email ?? '' })}
      </ChangeDialog>
      <ChangeDialog
        administrator={elsewhere}
        onClose={() => setElsewhere(undefined)}
        title={t('account.endSessionsTitle')}
        action={t('account.endSessions')}
        change={accountApi.endSessionsOf}
      >
        {t('account.endSessionsText', { email: elsewhere?.email ?? '' })}
      </ChangeDialog>
      <ChangeDialog
        administrator={doomed}
        onClose={() => setDoomed(undefined)}
        title={t('account.removeTitle')}
        action={t('account.remove')}
        change={accountApi.remove}
      >
        {t('account.removeText', { email: doomed?.email ?? '' })}{' '}
        {doomed?.logsInWith === 'identity-provider' && t('account.removeFromProvider')}
      </ChangeDialog>
    </Card>
  );
}
