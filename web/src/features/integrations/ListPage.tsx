import { Button, Select } from '@mantine/core';
import { IconFilterOff, IconPlus, IconWebhook } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { UPDATE_TYPES, type UpdateType } from '../../api/types';
import { EmptyState } from '../../components/EmptyState';
import { FilterBar } from '../../components/FilterBar';
import { PageHeader } from '../../components/PageHeader';
import { Pager } from '../../components/Pager';
import { QueryView } from '../../components/QueryView';
import { SearchInput } from '../../components/SearchInput';
import { useFilters } from '../../components/use-filters';
import { useApplications } from '../catalogue/queries';
import { IntegrationsTable } from './IntegrationsTable';
import { useIntegrations } from './queries';

const FILTERS = ['q', 'updateType', 'status', 'applicationId'] as const;

export function ListPage(): ReactElement {
  const { t } = useTranslation();
  const filters = useFilters(FILTERS);
  const query = useIntegrations({
    ...(filters.values as { updateType?: UpdateType; status?: 'active' | 'paused' }),
    offset: filters.offset,
  });
  const nothing = query.data?.total === 0 && !filters.active;
  return (
    <>
      <PageHeader title={t('integrations.title')} subtitle={t('integrations.subtitle')}>
        {!nothing && <NewButton />}
      </PageHeader>
      {!nothing && <Filters filters={filters} />}
      <QueryView query={query}>
        {(page) => {
          if (nothing) return <Nothing />;
          if (page.total === 0) return <NothingFound onClear={filters.clear} />;
          return (
            <>
              <IntegrationsTable integrations={page.items} />
              <Pager page={page} onOffset={filters.setOffset} />
            </>
          );
        }}
      </QueryView>
    </>
  );
}

function NewButton(): ReactElement {
  const { t } = useTranslation();
  return (
    <Button component={Link} to="/integrations/new" leftSection={<IconPlus size={18} />}>
      {t('integrations.new')}
    </Button>
  );
}

function Nothing(): ReactElement {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconWebhook} title={t('integrations.emptyTitle')} text={t('integrations.emptyText')}>
      <NewButton />
    </EmptyState>
  );
}

function NothingFound({ onClear }: { readonly onClear: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconFilterOff} title={t('common.nothingFound')} text={t('common.nothingFoundText')}>
      <Button variant="default" onClick={onClear}>
        {t('common.clearFilters')}
      </Button>
    </EmptyState>
  );
}

interface FiltersProps {
  readonly filters: ReturnType<typeof useFilters<(typeof FILTERS)[number]>>;
}

function Filters({ filters: { values, set } }: FiltersProps): ReactElement {
  const { t } = useTranslation();
  const applications = useApplications().data?.items ?? [];
  return (
    <FilterBar>
      <SearchInput
        label={t('integrations.search')}
        value={values.q ?? ''}
        onSearch={(text) => set('q', text)}
      />
      <Select
        aria-label={t('integrations.type')}
        placeholder={t('integrations.type')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        data={UPDATE_TYPES.map((value) => ({ value, label: t(`updateType.${value}.name`) }))}
        value={values.updateType ?? null}
        onChange={(value) => set('updateType', value)}
      />
      <Select
        aria-label={t('integrations.status')}
        placeholder={t('integrations.status')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        data={(['active', 'paused'] as const).map((value) => ({
          value,
          label: t(`integrations.statuses.${value}`),
        }))}
        value={values.status ?? null}
        onChange={(value) => set('status', value)}
      />
      {applications.length > 1 && (
        <Select
          aria-label={t('catalogue.application')}
          placeholder={t('catalogue.application')}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
          data={applications.map(({ id, name }) => ({ value: id, label: name }))}
          value={values.applicationId ?? null}
          onChange={(value) => set('applicationId', value)}
        />
      )}
    </FilterBar>
  );
}
