import { Anchor, Tabs } from '@mantine/core';
import { IconCode } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Subscription } from '../../api/types';
import { hasCode } from '../../api/problem';
import { Card } from '../../components/Card';
import layout from '../../components/layout.module.css';
import { Note } from '../../components/Note';
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
import { Developers } from './developers/Developers';
import { GonePage } from './GonePage';
import { healthOf } from './health';
import { HealthBadge } from './HealthBadge';
import classes from './integrations.module.css';
import { useIntegration } from './queries';

export function DetailPage(): ReactElement {
  const { id = '', section } = useParams();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const integration = useIntegration(id);
  const found = integration.data;
  if (found === undefined && hasCode(integration.error, 'subscription_not_found'))
    return <GonePage id={id} />;
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
      <QueryView query={integration}>
        {(shown) => (
          <Tabs
            value={section === 'developers' ? section : 'operation'}
            keepMounted={false}
            onChange={(value) =>
              void navigate(`/integrations/${id}${value === 'developers' ? '/developers' : ''}`, {
                replace: true,
              })
            }
          >
            <Tabs.List mb="lg" aria-label={t('integrations.one')}>
              <Tabs.Tab value="operation">{t('developers.operation')}</Tabs.Tab>
              <Tabs.Tab value="developers" leftSection={<IconCode size={16} aria-hidden />}>
                {t('developers.title')}
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="operation">
              <Detail integration={shown} />
            </Tabs.Panel>
            <Tabs.Panel value="developers">
              <Developers integration={shown} />
            </Tabs.Panel>
          </Tabs>
        )}
      </QueryView>
    </>
  );
}

function Detail({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const { id, updateType } = integration;
  return (
    <div className={layout.stack}>
      {healthOf(integration) === 'untried' && (
        <Note tone="info">
          <Trans
            i18nKey="developers.begin"
            components={{
              go: (
                <Anchor
                  component={Link}
                  to={`/integrations/${id}/developers`}
                  c="inherit"
                  underline="always"
                />
              ),
            }}
          />
        </Note>
      )}
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
