import { Text } from '@mantine/core';
import { IconBellCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { EmptyState } from '../../components/EmptyState';
import { FilterBar } from '../../components/FilterBar';
import { FilterSelect } from '../../components/FilterSelect';
import layout from '../../components/layout.module.css';
import { ListView } from '../../components/ListView';
import { PageHeader } from '../../components/PageHeader';
import { usePages, type Pages } from '../../components/pages';
import { useFilters } from '../../components/use-filters';
import { ApplicationFilter } from '../catalogue/ApplicationFilter';
import { AlertsTable } from './AlertsTable';
import { ALERT_KINDS, type Alert, type AlertQuery } from './api';
import { useAlerts } from './queries';

const FILTERS = ['status', 'kind', 'applicationId'] as const;

export function AlertsPage(): ReactElement {
  const { t } = useTranslation();
  const { values, pages, active, set } = useFilters(FILTERS);
  const { status, ...filter } = values as Pick<AlertQuery, (typeof FILTERS)[number]>;
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
      <div className={layout.stack}>
        {status !== 'closed' && <Open filter={filter} active={active} />}
        {status !== 'open' && <Closed filter={filter} pages={pages} />}
      </div>
    </>
  );
}

type Filter = Pick<AlertQuery, 'kind' | 'applicationId'>;

/** What is wrong now, the loudest first, and of those the longest. */
function Open({ filter, active }: { readonly filter: Filter; readonly active: boolean }): ReactElement {
  const { t } = useTranslation();
  const pages = usePages('open');
  const { cursor } = pages;
  const alerts = useAlerts({
    ...{ ...filter, status: 'open', limit: MOST_OPEN },
    ...(cursor !== undefined && { cursor }),
  });
  return (
    <Card title={t('alerts.statuses.open')}>
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
        {(items) => <AlertsTable alerts={items.toSorted(byLoudness)} />}
      </ListView>
    </Card>
  );
}

/** What was wrong, the newest first. */
function Closed({ filter, pages }: { readonly filter: Filter; readonly pages: Pages }): ReactElement {
  const { t } = useTranslation();
  const { cursor } = pages;
  const alerts = useAlerts({ ...filter, status: 'closed', ...(cursor !== undefined && { cursor }) });
  return (
    <Card title={t('alerts.statuses.closed')}>
      <ListView query={alerts} empty={<Text c="dimmed">{t('alerts.noneClosed')}</Text>} pages={pages}>
        {(items) => <AlertsTable alerts={items} />}
      </ListView>
    </Card>
  );
}

/** As many as the API gives at once. */
const MOST_OPEN = 100;

function byLoudness(a: Alert, b: Alert): number {
  return ALERT_KINDS.indexOf(a.kind) - ALERT_KINDS.indexOf(b.kind) || (a.since < b.since ? -1 : 1);
}
