import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Subscription } from '../../api/types';
import { Card } from '../../components/Card';
import layout from '../../components/layout.module.css';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import { DeliveryList } from '../deliveries/DeliveryList';
import { LiveMark } from '../deliveries/LiveMark';
import { Offered } from '../session/permission';
import { Actions } from './detail/Actions';
import { HealthNotes } from './detail/HealthNotes';
import { HealthTiles } from './detail/HealthTiles';
import { ResyncCard } from './detail/ResyncCard';
import { SetupCard } from './detail/SetupCard';
import { StatisticsCard } from './detail/StatisticsCard';
import { TestCard } from './detail/TestCard';
import { healthOf } from './health';
import { HealthBadge } from './HealthBadge';
import classes from './integrations.module.css';
import { useIntegration } from './queries';

export function DetailPage(): ReactElement {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const integration = useIntegration(id);
  const found = integration.data;
  return (
    <>
      <PageHeader
        title={found?.name ?? t('integrations.one')}
        subtitle={found?.url}
        back={{ to: '/integrations', label: t('integrations.title') }}
        badge={found && <HealthBadge health={healthOf(found)} />}
      >
        {found && <Actions integration={found} />}
      </PageHeader>
      <QueryView query={integration}>{(shown) => <Detail integration={shown} />}</QueryView>
    </>
  );
}

function Detail({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const { id, updateType } = integration;
  return (
    <div className={layout.stack}>
      <HealthNotes integration={integration} />
      <HealthTiles health={integration.health} />
      <div className={`${layout.columns} ${classes.columns}`}>
        <StatisticsCard id={id} />
        <div className={layout.stack}>
          <SetupCard integration={integration} />
          <Offered operation="testSubscription">
            <TestCard id={id} />
          </Offered>
          {updateType === 'effective-permission' && <ResyncCard id={id} />}
        </div>
      </div>
      <Card title={t('deliveries.title')} aside={<LiveMark />}>
        <DeliveryList subscriptionId={id} />
      </Card>
    </div>
  );
}
