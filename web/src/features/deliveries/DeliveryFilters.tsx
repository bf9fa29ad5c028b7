import { Button, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DELIVERY_STATUSES, UPDATE_TYPES, type DeliveryStatus, type UpdateType } from '../../api/types';
import { FilterBar } from '../../components/FilterBar';
import { FilterSelect } from '../../components/FilterSelect';
import { useFilters } from '../../components/use-filters';
import type { DeliveryFilters as Filters } from './api';

const NAMES = ['status', 'updateType', 'from', 'to'] as const;
type FilterState = ReturnType<typeof useFilters<(typeof NAMES)[number]>>;

/** Filters of a list of deliveries, in the address of the page. */
export function useDeliveryFilters(): { readonly state: FilterState; readonly query: Filters } {
  const state = useFilters(NAMES);
  const { status, updateType, from, to } = state.values;
  return {
    state,
    query: {
      ...(status !== undefined && { status: status as DeliveryStatus }),
      ...(updateType !== undefined && { updateType: updateType as UpdateType }),
      ...(from !== undefined && { from: new Date(from).toISOString() }),
      ...(to !== undefined && { to: new Date(to).toISOString() }),
      ...(state.pages.cursor !== undefined && { cursor: state.pages.cursor }),
    },
  };
}

interface DeliveryFiltersProps {
  readonly state: FilterState;
  /** Left out where all are of one. */
  readonly withType?: boolean;
}

export function DeliveryFilters({ state, withType = false }: DeliveryFiltersProps): ReactElement {
  const { t } = useTranslation();
  const { values, set, clear, active } = state;
  return (
    <FilterBar>
      <FilterSelect
        label={t('deliveries.status')}
        labelAbove
        options={DELIVERY_STATUSES.map((value) => ({ value, label: t(`deliveryStatus.${value}`) }))}
        value={values.status}
        onChange={(value) => set('status', value)}
      />
      {withType && (
        <FilterSelect
          label={t('integrations.type')}
          labelAbove
          options={UPDATE_TYPES.map((value) => ({ value, label: t(`updateType.${value}.name`) }))}
          value={values.updateType}
          onChange={(value) => set('updateType', value)}
        />
      )}
      {(['from', 'to'] as const).map((name) => (
        <TextInput
          key={name}
          type="datetime-local"
          label={t(`deliveries.${name}`)}
          value={values[name] ?? ''}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      ))}
      {active && (
        <Button variant="subtle" onClick={clear}>
          {t('common.clearFilters')}
        </Button>
      )}
    </FilterBar>
  );
}
