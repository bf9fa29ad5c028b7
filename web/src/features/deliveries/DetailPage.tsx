import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { DeliveryWithAttempts } from '../../api/types';
import { Card } from '../../components/Card';
import { asSentence } from '../../components/format';
import { Facts } from '../../components/Facts';
import layout from '../../components/layout.module.css';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { ExactTime } from '../../components/Time';
import { translateReasons } from '../../i18n/reasons';
import { IntegrationLink } from '../integrations/IntegrationName';
import { NoTokenNote } from '../integrations/NoTokenNote';
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
  const back =
    found && !found.subscriptionDeleted
      ? { to: `/integrations/${found.subscriptionId}`, label: found.subscriptionName }
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
              <About delivery={shown} />
              <PayloadCard delivery={shown} />
            </div>
          </div>
        )}
      </QueryView>
    </>
  );
}

function About({ delivery }: { readonly delivery: DeliveryWithAttempts }): ReactElement {
  const { t } = useTranslation();
  const { createdAt, finishedAt, sequence, reason, reasonCodes, temporalUrl } = delivery;
  return (
    <Card title={t('deliveries.about')}>
      <Facts
        of={[
          [t('deliveries.integration'), <IntegrationLink key="integration" of={delivery} />],
          [t('deliveries.citizen'), <CitizenLink key="citizen" delivery={delivery} />],
          [t('deliveries.sequence'), sequence],
          [t('deliveries.attempts'), delivery.attemptCount],
          [
            t('deliveries.reason'),
            reason === null ? null : asSentence(translateReasons(reason, reasonCodes)),
          ],
          [t('deliveries.created'), <ExactTime key="created" at={createdAt} />],
          [t('deliveries.finished'), finishedAt && <ExactTime key="finished" at={finishedAt} />],
        ]}
      />
      <TemporalLink url={temporalUrl} mt="md" />
    </Card>
  );
}
