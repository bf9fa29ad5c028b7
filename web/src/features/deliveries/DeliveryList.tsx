import { Group } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/EmptyState';
import { ExportButton } from '../../components/ExportButton';
import { ListView } from '../../components/ListView';
import { Offered } from '../session/permission';
import { deliveriesApi } from './api';
import { BulkActions } from './bulk/BulkActions';
import { BulkProgress } from './bulk/BulkProgress';
import { DeliveriesTable } from './DeliveriesTable';
import { DeliveryFilters, useDeliveryFilters } from './DeliveryFilters';
import { useDeliveries } from './queries';
import { TemporalLink } from './TemporalLink';

/** Deliveries with filters, kept up to date, and what can be done with all that match; of one integration, or of all. */
export function DeliveryList({ subscriptionId }: { readonly subscriptionId?: string }): ReactElement {
  const { t } = useTranslation();
  const { state, filter } = useDeliveryFilters();
  const meant = { ...filter, ...(subscriptionId !== undefined && { subscriptionId }) };
  const { cursor } = state.pages;
  const deliveries = useDeliveries({ ...meant, ...(cursor !== undefined && { cursor }) });
  const all = subscriptionId === undefined;
  const { total = 0, temporalUrl = null } = deliveries.data ?? {};
  return (
    <>
      <DeliveryFilters state={state} ofOne={!all} />
      <BulkProgress subscriptionId={subscriptionId} />
      {total > 0 && (
        <Group justify="flex-end" gap="xs" mb="sm">
          {temporalUrl !== null && <TemporalLink url={temporalUrl} />}
          <Offered operation="startBulkAction">
            <BulkActions filter={meant} total={total} />
          </Offered>
          <ExportButton name="deliveries.csv" read={() => deliveriesApi.export(meant)} />
        </Group>
      )}
      <ListView
        query={deliveries}
        empty={
          <EmptyState
            icon={IconInbox}
            title={t(state.active ? 'common.nothingFound' : 'deliveries.emptyTitle')}
            text={t(state.active ? 'common.nothingFoundText' : 'deliveries.emptyText')}
          />
        }
        pages={state.pages}
      >
        {(items) => <DeliveriesTable deliveries={items} withIntegration={all} />}
      </ListView>
    </>
  );
}
