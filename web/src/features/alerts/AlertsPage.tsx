import { IconBellCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/EmptyState';
import { FilterBar } from '../../components/FilterBar';
import { FilterSelect } from '../../components/FilterSelect';
import { ListView } from '../../components/ListView';
import { PageHeader } from '../../components/PageHeader';
import { useFilters } from '../../components/use-filters';
import { ApplicationFilter } from '../catalogue/ApplicationFilter';
import { AlertsTable } from './AlertsTable';
import { ALERT_KINDS, type AlertQuery } from './api';
import { useAlerts } from './queries';

const FILTERS = ['status', 'kind', 'applicationId'] as const;

export function AlertsPage(): ReactElement {
  const { t } = useTranslation();
  const { values, pages, active, set } = useFilters(FILTERS);
  const alerts = useAlerts({
    ...(values as Pick<AlertQuery, (typeof FILTERS)[number]>),
    ...(pages.cursor !== undefined && { cursor: pages.cursor }),
  });
  return (
    <>
      <PageHeader title={t('alerts.title')} subtitle={t('alerts.subtitle')} />
      <FilterBar>
        <FilterSelect
          label={t('alerts.status')}
          options={(['open', 'closed'] as const).map((value) => ({
            value,
            label: t(`alerts.statuses.${value}`),
          }))}
          value={values.status}
          onChange={(value) => set('status', value)}
        />
        <FilterSelect
          label={t('alerts.kind')}
          options={ALERT_KINDS.map((value) => ({ value, label: t(`alerts.kinds.${value}`) }))}
          value={values.kind}
          onChange={(value) => set('kind', value)}
        />
        <ApplicationFilter value={values.applicationId} onChange={(value) => set('applicationId', value)} />
      </FilterBar>
      <ListView
        query={alerts}
        empty={
          <EmptyState
            icon={IconBellCheck}
            title={t(active ? 'common.nothingFound' : 'alerts.emptyTitle')}
            text={t(active ? 'common.nothingFoundText' : 'alerts.emptyText')}
          />
        }
        pages={pages}
      >
        {(items) => <AlertsTable alerts={items} />}
      </ListView>
    </>
  );
}
