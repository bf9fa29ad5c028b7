import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencilPlus, IconUsers } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { FilterBar } from '../../components/FilterBar';
import { ListView } from '../../components/ListView';
import { PageHeader } from '../../components/PageHeader';
import { SearchInput } from '../../components/SearchInput';
import { ExactTime } from '../../components/Time';
import { useFilters } from '../../components/use-filters';
import { ApplicationFilter } from '../catalogue/ApplicationFilter';
import { useApplications } from '../catalogue/queries';
import { Offered } from '../session/permission';
import type { CitizenSummary } from './api';
import { useCitizens } from './queries';
import { RecordDialog } from './record/RecordDialog';

const FILTERS = ['q', 'applicationId'] as const;

export function ListPage(): ReactElement {
  const { t } = useTranslation();
  const { values, pages, active, set } = useFilters(FILTERS);
  const { cursor } = pages;
  const citizens = useCitizens({ ...values, ...(cursor !== undefined && { cursor }) });
  const applications = useApplications().data?.items ?? [];
  const [opened, { open, close }] = useDisclosure();
  const columns: Column<CitizenSummary>[] = [
    {
      key: 'ref',
      header: t('citizens.reference'),
      cell: ({ externalRef }) => <strong>{externalRef}</strong>,
    },
    {
      key: 'application',
      named: true,
      header: t('catalogue.application'),
      cell: ({ applicationId }) => applications.find(({ id }) => id === applicationId)?.name ?? applicationId,
    },
    { key: 'created', header: t('common.created'), cell: ({ createdAt }) => <ExactTime at={createdAt} /> },
  ];
  return (
    <>
      <PageHeader title={t('citizens.title')} subtitle={t('citizens.subtitle')}>
        <Offered operation="recordConsentState">
          <Button leftSection={<IconPencilPlus size={18} />} onClick={open}>
            {t('citizens.record.title')}
          </Button>
        </Offered>
      </PageHeader>
      <FilterBar>
        <SearchInput
          label={t('citizens.search')}
          value={values.q ?? ''}
          onSearch={(text) => set('q', text)}
        />
        <ApplicationFilter value={values.applicationId} onChange={(value) => set('applicationId', value)} />
      </FilterBar>
      <ListView
        query={citizens}
        empty={
          <EmptyState
            icon={IconUsers}
            title={t(active ? 'common.nothingFound' : 'citizens.emptyTitle')}
            text={t(active ? 'citizens.nothingFoundText' : 'citizens.emptyText')}
          />
        }
        pages={pages}
      >
        {(items) => (
          <DataTable
            label={t('citizens.title')}
            columns={columns}
            rows={items}
            rowKey={({ id }) => id}
            rowLink={({ id }) => `/citizens/${id}`}
          />
        )}
      </ListView>
      <RecordDialog opened={opened} onClose={close} />
    </>
  );
}
