import { Button } from '@mantine/core';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../../components/EmptyState';
import { Offered } from '../session/permission';

/** For somebody who has just begun. */
export function NoIntegrations(): ReactElement {
  const { t } = useTranslation();
  return (
    <EmptyState icon={IconWebhook} title={t('integrations.emptyTitle')} text={t('integrations.emptyText')}>
      <NewIntegration />
    </EmptyState>
  );
}

/** Leads to where one is set up. */
export function NewIntegration(): ReactElement {
  const { t } = useTranslation();
  return (
    <Offered operation="createSubscription">
      <Button component={Link} to="/integrations/new" leftSection={<IconPlus size={18} />}>
        {t('integrations.new')}
      </Button>
    </Offered>
  );
}
