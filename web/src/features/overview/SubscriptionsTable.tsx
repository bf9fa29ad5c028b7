import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../components/DataTable';
import { formatNumber } from '../../components/format';
import { RelativeTime } from '../../components/Time';
import { HealthBadge } from '../integrations/HealthBadge';
import { healthOf } from '../integrations/health';
import type { OverviewSubscription } from './api';
import classes from './overview.module.css';

/** The integrations of an application, the worst first. */
export function SubscriptionsTable({
  label,
  subscriptions,
}: {
  readonly label: string;
  readonly subscriptions: readonly OverviewSubscription[];
}): ReactElement {
  const { t, i18n } = useTranslation();
  const number = (value: number): string => formatNumber(value, i18n.language);
  const columns: Column<OverviewSubscription>[] = [
    {
      key: 'name',
      header: t('integrations.name'),
      cell: ({ name, updateType }) => (
        <span className={classes.name}>
          <strong>{name}</strong>
          <span className={classes.quiet}>{t(`updateType.${updateType}.name`)}</span>
        </span>
      ),
    },
    {
      key: 'health',
      header: t('integrations.healthTitle'),
      cell: (one) => <HealthBadge health={healthOf(one)} />,
    },
    {
      key: 'since',
      header: t('alerts.since'),
      cell: ({ health: { since } }) => (since === null ? '–' : <RelativeTime at={since} />),
    },
    {
      key: 'waiting',
      header: t('integrations.waiting'),
      align: 'right',
      cell: ({ health }) => number(health.waiting),
    },
    {
      key: 'lastHour',
      header: t('overview.lastHour'),
      align: 'right',
      cell: ({ lastHour: { delivered, failed } }) => (
        <span>
          {t('overview.acceptedCount', { number: number(delivered) })}
          {failed > 0 && (
            <span className={classes.quiet}> {t('overview.failedCount', { number: number(failed) })}</span>
          )}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={subscriptions}
      rowKey={({ id }) => id}
      rowLink={({ id }) => `/integrations/${id}`}
    />
  );
}
