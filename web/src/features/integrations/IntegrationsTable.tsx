import { IconClockExclamation } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subscription } from '../../api/types';
import { Badge } from '../../components/Badge';
import { DataTable, type Column } from '../../components/DataTable';
import { formatNumber } from '../../components/format';
import { RelativeTime } from '../../components/Time';
import { useNow } from '../../components/use-now';
import { healthOf, tokenExpiry } from './health';
import { HealthBadge } from './HealthBadge';
import classes from './integrations.module.css';

export function IntegrationsTable({
  integrations,
}: {
  readonly integrations: readonly Subscription[];
}): ReactElement {
  const { t, i18n } = useTranslation();
  const columns: Column<Subscription>[] = [
    { key: 'name', header: t('integrations.name'), cell: (row) => <NameAndTarget integration={row} /> },
    { key: 'type', header: t('integrations.type'), cell: (row) => t(`updateType.${row.updateType}.name`) },
    { key: 'health', header: t('integrations.healthTitle'), cell: (row) => <HealthCell integration={row} /> },
    {
      key: 'last',
      header: t('integrations.lastDelivery'),
      cell: ({ health }) =>
        health.lastSuccessAt === null ? (
          <span className={classes.quiet}>{t('common.never')}</span>
        ) : (
          <RelativeTime at={health.lastSuccessAt} />
        ),
    },
    {
      key: 'waiting',
      header: t('integrations.waiting'),
      align: 'right',
      cell: ({ health }) => formatNumber(health.waiting, i18n.language),
    },
  ];
  return (
    <DataTable
      label={t('integrations.title')}
      columns={columns}
      rows={integrations}
      rowKey={({ id }) => id}
      rowLink={({ id }) => `/integrations/${id}`}
    />
  );
}

function NameAndTarget({ integration: { name, url } }: { readonly integration: Subscription }): ReactElement {
  return (
    <span className={classes.name}>
      <strong>{name}</strong>
      <span className={classes.target}>{url}</span>
    </span>
  );
}

function HealthCell({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const expiry = tokenExpiry(integration, useNow(60_000));
  return (
    <span className={classes.badges}>
      <HealthBadge health={healthOf(integration)} />
      {expiry && (
        <Badge tone={expiry.expired ? 'bad' : 'warn'} icon={IconClockExclamation}>
          {expiry.expired ? t('integrations.tokenExpired') : t('integrations.tokenExpires')}
        </Badge>
      )}
    </span>
  );
}
