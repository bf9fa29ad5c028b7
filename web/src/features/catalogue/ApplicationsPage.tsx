import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBook2, IconPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Application } from '../../api/types';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { RelativeTime } from '../../components/Time';
import { Offered } from '../session/permission';
import { ApplicationDialog } from './ApplicationDialog';
import { useApplications } from './queries';

export function ApplicationsPage(): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const applications = useApplications();
  const [opened, { open, close }] = useDisclosure();
  const create = (
    <Offered operation="putApplication">
      <Button leftSection={<IconPlus size={18} />} onClick={open}>
        {t('catalogue.newApplication')}
      </Button>
    </Offered>
  );
  const empty = applications.data?.items.length === 0;
  const columns: Column<Application>[] = [
    { key: 'name', header: t('catalogue.name'), cell: ({ name }) => <strong>{name}</strong> },
    { key: 'id', header: t('catalogue.id'), cell: ({ id }) => <code>{id}</code> },
    { key: 'locales', header: t('catalogue.locales'), cell: ({ locales }) => locales.join(', ') },
    {
      key: 'updated',
      header: t('common.changed'),
      cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
    },
  ];
  return (
    <>
      <PageHeader title={t('catalogue.title')} subtitle={t('catalogue.subtitle')}>
        {!empty && create}
      </PageHeader>
      <QueryView query={applications}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={IconBook2} title={t('catalogue.emptyTitle')} text={t('catalogue.emptyText')}>
              {create}
            </EmptyState>
          ) : (
            <DataTable
              label={t('catalogue.applications')}
              columns={columns}
              rows={items}
              rowKey={({ id }) => id}
              rowLink={({ id }) => `/catalogue/${encodeURIComponent(id)}`}
            />
          )
        }
      </QueryView>
      <ApplicationDialog
        opened={opened}
        onClose={close}
        onSaved={({ id }) => void navigate(`/catalogue/${encodeURIComponent(id)}`)}
      />
    </>
  );
}
