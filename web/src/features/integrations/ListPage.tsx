import { Button } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { UPDATE_TYPES } from '../../api/types';
import { EmptyState } from '../../components/EmptyState';
import { FilterBar } from '../../components/FilterBar';
import { FilterSelect } from '../../components/FilterSelect';
import { ListView } from '../../components/ListView';
import { PageHeader } from '../../components/PageHeader';
import { SearchInput } from '../../components/SearchInput';
import { useFilters } from '../../components/use-filters';
import { ApplicationFilter } from '../catalogue/ApplicationFilter';
import type { IntegrationFilters } from './api';
import { HEALTH_STATES } from './health';
import { IntegrationsTable } from './IntegrationsTable';
import { NewIntegration, NoIntegrations } from './NoIntegrations';
import { useIntegrations } from './queries';

const FILTERS = ['q', 'updateType', 'status', 'health', 'applicationId', 'sort'] as const;

export function ListPage(): ReactElement {
  const { t } = useTranslation();
  const filters = useFilters(FILTERS);
  const query = useIntegrations({
    ...(filters.values as IntegrationFilters),
    ...(filters.pages.cursor !== undefined && { cursor: filters.pages.cursor }),
  });
  const nothing = query.data?.total === 0 && !filters.active;
  return (
    <>
      <PageHeader title={t('integrations.title')} subtitle={t('integrations.subtitle')}>
        {!nothing && <NewIntegration />}
      </PageHeader>
      {!nothing && <Filters filters={filters} />}
      <ListView
        query={query}
        empty={nothing ? <NoIntegrations /> : <NothingFound onClear={filters.clear} />}
        pages={filters.pages}
      >
        {(items) => <IntegrationsTable integrations={items} />}
      </ListView>
    </>
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
  return (
    <FilterBar>
      <SearchInput
        label={t('integrations.search')}
        value={values.q ?? ''}
        onSearch={(text) => set('q', text)}
      />
      <FilterSelect
        label={t('integrations.type')}
        options={UPDATE_TYPES.map((value) => ({ value, label: t(`updateType.${value}.name`) }))}
        value={values.updateType}
        onChange={(value) => set('updateType', value)}
      />
      <FilterSelect
        label={t('integrations.status')}
        options={(['active', 'paused'] as const).map((value) => ({
          value,
          label: t(`integrations.statuses.${value}`),
        }))}
        value={values.status}
        onChange={(value) => set('status', value)}
      />
      <FilterSelect
        label={t('integrations.healthTitle')}
        options={HEALTH_STATES.map((value) => ({ value, label: t(`integrations.health.${value}`) }))}
        value={values.health}
        onChange={(value) => set('health', value)}
      />
      <ApplicationFilter value={values.applicationId} onChange={(value) => set('applicationId', value)} />
      <FilterSelect
        label={t('integrations.sort')}
        options={(['newest', 'health'] as const).map((value) => ({
          value,
          label: t(`integrations.sorts.${value}`),
        }))}
        value={values.sort}
        onChange={(value) => set('sort', value)}
      />
    </FilterBar>
  );
}
