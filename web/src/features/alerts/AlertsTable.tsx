import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../components/Badge';
import { DataTable, type Column } from '../../components/DataTable';
import { RelativeTime } from '../../components/Time';
import type { Alert } from './api';
import classes from './alerts.module.css';

/** Each leads to what is in trouble. */
export function AlertsTable({ alerts }: { readonly alerts: readonly Alert[] }): ReactElement {
  const { t } = useTranslation();
  const columns: Column<Alert>[] = [
    { key: 'what', header: t('alerts.what'), cell: (alert) => <What alert={alert} /> },
    {
      key: 'subject',
      header: t('alerts.subject'),
      cell: ({ subjectName, applicationId }) => (
        <span className={classes.stack}>
          {subjectName}
          <span className={classes.quiet}>{applicationId}</span>
        </span>
      ),
    },
    { key: 'since', header: t('alerts.since'), cell: ({ since }) => <RelativeTime at={since} /> },
    { key: 'status', header: t('alerts.status'), cell: (alert) => <Status alert={alert} /> },
  ];
  return (
    <DataTable
      label={t('alerts.title')}
      columns={columns}
      rows={alerts}
      rowKey={({ id }) => id}
      rowLink={pageOf}
    />
  );
}

function pageOf({ kind, subscriptionId, subscriptionDeleted, subject }: Alert): string {
  if (subscriptionDeleted) return `/deliveries?subscriptionId=${subscriptionId}`;
  if (subscriptionId !== null) return `/integrations/${subscriptionId}`;
  if (kind === 'api_key_expires') return '/api-keys';
  return kind === 'bulk_action_stalled' ? '/deliveries' : `/citizens?applicationId=${subject}`;
}

/** What it is, and what to do about it as long as it is. */
function What({ alert: { kind, reopened, closedAt } }: { readonly alert: Alert }): ReactElement {
  const { t } = useTranslation();
  return (
    <span className={classes.stack}>
      <strong>{t(`alerts.kinds.${kind}`)}</strong>
      <span className={classes.quiet}>
        {closedAt === null && t(`alerts.advice.${kind}`)}
        {reopened > 0 && ` ${t('alerts.returned', { count: reopened })}`}
      </span>
    </span>
  );
}

const LOOKS = {
  critical: ['bad', IconAlertOctagon],
  warning: ['warn', IconAlertTriangle],
  notice: ['info', IconInfoCircle],
} as const;

/** How loud it is while it is open; afterwards how it ended. */
function Status({ alert: { severity, resolution, closedAt } }: { readonly alert: Alert }): ReactElement {
  const { t } = useTranslation();
  if (closedAt === null) {
    const [tone, icon] = LOOKS[severity];
    return (
      <Badge tone={tone} icon={icon}>
        {t(`alerts.severities.${severity}`)}
      </Badge>
    );
  }
  return (
    <span className={classes.stack}>
      <Badge
        tone={resolution === 'recovered' || resolution === 'over' ? 'good' : 'quiet'}
        icon={IconCircleCheck}
      >
        {t(`alerts.resolutions.${resolution ?? 'over'}`)}
      </Badge>
      <span className={classes.quiet}>
        <RelativeTime at={closedAt} />
      </span>
    </span>
  );
}
