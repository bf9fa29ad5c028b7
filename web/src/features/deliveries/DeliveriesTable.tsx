import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../api/types';
import { DataTable, type Column } from '../../components/DataTable';
import { ExactTime, RelativeTime } from '../../components/Time';
import { translateReasons } from '../../i18n/reasons';
import { IntegrationName } from '../integrations/IntegrationName';
import { CitizenLink } from './CitizenLink';
import { isFinished } from './queries';
import { reasonBeside } from './reason';
import { StatusBadge } from './StatusBadge';
import classes from './deliveries.module.css';

interface DeliveriesTableProps {
  readonly deliveries: readonly Delivery[];
  /** Left out where all are of one. */
  readonly withIntegration?: boolean;
}

export function DeliveriesTable({ deliveries, withIntegration = false }: DeliveriesTableProps): ReactElement {
  const { t } = useTranslation();
  const integration: Column<Delivery> = {
    key: 'integration',
    named: true,
    header: t('deliveries.integration'),
    cell: (row) => <IntegrationName of={row} />,
  };
  const columns: Column<Delivery>[] = [
    {
      key: 'created',
      header: t('deliveries.created'),
      cell: ({ createdAt }) => <ExactTime at={createdAt} />,
    },
    ...(withIntegration ? [integration] : []),
    {
      key: 'citizen',
      named: true,
      header: t('deliveries.citizen'),
      cell: (row) => (
        <span className={classes.citizen}>
          <CitizenLink delivery={row} />
        </span>
      ),
    },
    { key: 'status', header: t('deliveries.status'), cell: ({ status }) => <StatusBadge status={status} /> },
    { key: 'attempts', header: t('deliveries.attempts'), align: 'right', cell: (row) => row.attemptCount },
    { key: 'answer', header: t('deliveries.lastAnswer'), cell: (row) => <LastAnswer delivery={row} /> },
    { key: 'next', header: t('deliveries.next'), cell: (row) => <Next delivery={row} /> },
  ];
  return (
    <DataTable
      label={t('deliveries.title')}
      columns={columns}
      rows={deliveries}
      rowKey={({ id }) => id}
      rowLink={({ id }) => `/deliveries/${id}`}
    />
  );
}

function LastAnswer({ delivery }: { readonly delivery: Delivery }): ReactElement | null {
  const { lastStatusCode, lastError, lastErrorCodes } = delivery;
  if (lastStatusCode === null && lastError === null) return null;
  return (
    <span className={classes.answer}>
      {lastStatusCode !== null && <strong>{lastStatusCode}</strong>}{' '}
      {lastError !== null && reasonBeside(lastStatusCode, translateReasons(lastError, lastErrorCodes))}
    </span>
  );
}

function Next({ delivery }: { readonly delivery: Delivery }): ReactElement | null {
  const { status, nextAttemptAt, finishedAt } = delivery;
  if (isFinished(status)) return finishedAt === null ? null : <RelativeTime at={finishedAt} />;
  return nextAttemptAt === null ? null : <RelativeTime at={nextAttemptAt} />;
}
