import { IconInbox } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/EmptyState';
import { ListView } from '../../components/ListView';
import { DeliveriesTable } from './DeliveriesTable';
import { DeliveryFilters, useDeliveryFilters } from './DeliveryFilters';
import { useDeliveries } from './queries';

/** Deliveries with filters, kept up to date; of one integration, or of all. */
export function DeliveryList({ subscriptionId }: { readonly subscriptionId?: string }): ReactElement {
  const { t } = useTranslation();
  const { state, query } = useDeliveryFilters();
  const deliveries = useDeliveries({ ...query, ...(subscriptionId !== undefined && { subscriptionId }) });
  const all = subscriptionId === undefined;
  return (
    <>
      <DeliveryFilters state={state} withType={all} />
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
