import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { usePart } from '../../api/queries';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { ListView } from '../../components/ListView';
import { PageHeader } from '../../components/PageHeader';
import { usePages } from '../../components/pages';
import { ExactTime, RelativeTime } from '../../components/Time';
import { Offered } from '../session/permission';
import { apiKeysApi, type ApiKey } from './api';
import { CreateKeyDialog } from './CreateKeyDialog';
import { LastActionsDialog } from './LastActionsDialog';
import { RevokeDialog } from './RevokeDialog';
import { ScopeList } from './ScopeList';

export function ApiKeysPage(): ReactElement {
  const { t } = useTranslation();
  const pages = usePages();
  const keys = usePart(['api-keys', pages.cursor], () => apiKeysApi.list(pages.cursor));
  const [creating, create] = useDisclosure();
  const [doomed, setDoomed] = useState<ApiKey>();
  const [asked, setAsked] = useState<ApiKey>();
  const columns: Column<ApiKey>[] = [
    { key: 'name', header: t('apiKeys.name'), cell: ({ name }) => <strong>{name}</strong> },
    { key: 'prefix', header: t('apiKeys.prefix'), cell: ({ prefix }) => <code>{prefix}…</code> },
    { key: 'scopes', header: t('apiKeys.scopesLabel'), cell: ({ scopes }) => <ScopeList scopes={scopes} /> },
    {
      key: 'applications',
      named: true,
      header: t('apiKeys.applications'),
      cell: ({ applicationIds }) => applicationIds?.join(', ') ?? t('apiKeys.allApplications'),
    },
    { key: 'created', header: t('common.created'), cell: ({ createdAt }) => <ExactTime at={createdAt} /> },
    {
      key: 'expires',
      header: t('apiKeys.life'),
      cell: ({ expiresAt }) => (expiresAt === null ? t('apiKeys.endsNever') : <ExactTime at={expiresAt} />),
    },
    {
      key: 'used',
      header: t('apiKeys.lastUsed'),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('common.never') : <RelativeTime at={lastUsedAt} />),
    },
    {
      key: 'actions',
      header: t('common.actions'),
      align: 'right',
      cell: (key) => (
        <Group gap="xs" justify="flex-end">
          <Button variant="default" size="xs" onClick={() => setAsked(key)}>
            {t('audit.lastActions')}
            <span className="visually-hidden"> {key.name}</span>
          </Button>
          <Offered operation="revokeApiKey">
            <Button variant="default" size="xs" onClick={() => setDoomed(key)}>
              {t('apiKeys.revoke')}
              <span className="visually-hidden"> {key.name}</span>
            </Button>
          </Offered>
        </Group>
      ),
    },
  ];
  const add = (
    <Offered operation="createApiKey">
      <Button leftSection={<IconPlus size={18} />} onClick={create.open}>
        {t('apiKeys.new')}
      </Button>
    </Offered>
  );
  return (
    <>
      <PageHeader title={t('apiKeys.title')} subtitle={t('apiKeys.subtitle')}>
        {keys.data?.total !== 0 && add}
      </PageHeader>
      <ListView
        query={keys}
        empty={
          <EmptyState icon={IconKey} title={t('apiKeys.emptyTitle')} text={t('apiKeys.emptyText')}>
            {add}
          </EmptyState>
        }
        pages={pages}
      >
        {(items) => (
          <DataTable label={t('apiKeys.title')} columns={columns} rows={items} rowKey={({ id }) => id} />
        )}
      </ListView>
      <CreateKeyDialog opened={creating} onClose={create.close} />
      <LastActionsDialog apiKey={asked} onClose={() => setAsked(undefined)} />
      <RevokeDialog apiKey={doomed} onClose={() => setDoomed(undefined)} />
    </>
  );
}
