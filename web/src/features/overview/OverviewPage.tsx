/** The first page: whether all is well, what is late, what fails since when, and where to go for it. */
import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePart } from '../../api/queries';
import { Card } from '../../components/Card';
import layout from '../../components/layout.module.css';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { AlertsTable } from '../alerts/AlertsTable';
import { NoIntegrations } from '../integrations/NoIntegrations';
import { overviewApi, type Overview } from './api';
import { Figures } from './Figures';
import { SubscriptionsTable } from './SubscriptionsTable';
import { Verdict } from './Verdict';

const LIVE_MS = 10_000;

export function OverviewPage(): ReactElement {
  const { t } = useTranslation();
  const overview = usePart(['overview'], overviewApi.read, LIVE_MS);
  return (
    <>
      <PageHeader title={t('overview.title')} subtitle={t('overview.subtitle')} />
      <QueryView query={overview}>
        {(value) => (hasSubscriptions(value) ? <State overview={value} /> : <NoIntegrations />)}
      </QueryView>
    </>
  );
}

const hasSubscriptions = ({ applications }: Overview): boolean =>
  applications.some(({ subscriptions }) => subscriptions.length > 0);

function State({ overview }: { readonly overview: Overview }): ReactElement {
  const { t } = useTranslation();
  const { applications, alerts, openAlerts } = overview;
  return (
    <div className={layout.stack}>
      <Verdict overview={overview} />
      <Figures overview={overview} />
      {alerts.length > 0 && (
        <Card title={t('overview.alerts')} aside={<AllAlerts more={openAlerts > alerts.length} />}>
          <AlertsTable alerts={alerts} />
        </Card>
      )}
      {applications
        .filter(({ subscriptions }) => subscriptions.length > 0)
        .map(({ applicationId, name, subscriptions }) => (
          <Card
            key={applicationId}
            title={name}
            aside={
              <Anchor
                component={Link}
                to={`/integrations?applicationId=${encodeURIComponent(applicationId)}`}
                size="sm"
              >
                {t('overview.itsIntegrations')}
              </Anchor>
            }
          >
            <SubscriptionsTable label={name} subscriptions={subscriptions} />
          </Card>
        ))}
    </div>
  );
}

function AllAlerts({ more }: { readonly more: boolean }): ReactElement {
  const { t } = useTranslation();
  return (
    <Anchor component={Link} to="/alerts" size="sm">
      {t(more ? 'overview.moreAlerts' : 'overview.pastAlerts')}
    </Anchor>
  );
}
