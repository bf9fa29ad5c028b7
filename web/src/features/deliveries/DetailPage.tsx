import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { DeliveryWithAttempts } from '../../api/types';
import { Card } from '../../components/Card';
import { Facts } from '../../components/Facts';
import layout from '../../components/layout.module.css';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { ExactTime } from '../../components/Time';
import { NoTokenNote } from '../integrations/NoTokenNote';
import { useIntegrationName } from '../integrations/queries';
import { CitizenLink } from './CitizenLink';
import classes from './deliveries.module.css';
import { NextAttempt } from './NextAttempt';
import { DeliveryActions } from './Actions';
import { PayloadCard } from './PayloadCard';
import { useDelivery } from './queries';
import { StatusBadge } from './StatusBadge';
import { TemporalLink } from './TemporalLink';
import { Timeline } from './Timeline';

export function DetailPage(): ReactElement {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const delivery = useDelivery(id);
  const found = delivery.data;
  const integration = useIntegrationName(found?.subscriptionId ?? '', found !== undefined);
  const back =
    found && integration !== undefined
      ? { to: `/integrations/${found.subscriptionId}`, label: integration }
      : { to: '/deliveries', label: t('deliveries.title') };
  return (
    <>
      <PageHeader
        title={t('deliveries.one')}
        subtitle={<code>{id}</code>}
        back={back}
        badge={
          found && (
            <span role="status">
              <StatusBadge status={found.status} />
            </span>
          )
        }
      >
        {found && <DeliveryActions delivery={found} />}
      </PageHeader>
      <QueryView query={delivery}>
        {(shown) => (
          <div className={`${layout.columns} ${classes.columns}`}>
            <Card title={t('deliveries.timeline.title')}>
              <Timeline delivery={shown} />
            </Card>
            <div className={layout.stack}>
              {shown.noAccessToken && <NoTokenNote missing={shown.noAccessToken} />}
              <NextAttempt delivery={shown} />
              <About delivery={shown} integration={integration} />
              <PayloadCard delivery={shown} />
            </div>
          </div>
        )}
      </QueryView>
    </>
  );
}

interface AboutProps {
  readonly delivery: DeliveryWithAttempts;
  readonly integration: string | undefined;
}

function About({ delivery, integration }: AboutProps): ReactElement {
  const { t } = useTranslation();
  const { subscriptionId, createdAt, finishedAt, sequence, reason, temporalUrl } = delivery;
  return (
    <Card title={t('deliveries.about')}>
      <Facts
        of={[
          [
            t('deliveries.integration'),
            <Anchor key="integration" component={Link} to={`/integrations/${subscriptionId}`}>
              {integration ?? subscriptionId}
            </Anchor>,
          ],
          [t('deliveries.citizen'), <CitizenLink key="citizen" delivery={delivery} />],
          [t('deliveries.sequence'), sequence],
          [t('deliveries.attempts'), delivery.attemptCount],
          [t('deliveries.reason'), reason],
          [t('deliveries.created'), <ExactTime key="created" at={createdAt} />],
          [t('deliveries.finished'), finishedAt && <ExactTime key="finished" at={finishedAt} />],
        ]}
      />
      <TemporalLink url={temporalUrl} mt="md" />
    </Card>
  );
}
