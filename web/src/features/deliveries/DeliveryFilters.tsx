import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DELIVERY_STATUSES, UPDATE_TYPES, type DeliveryStatus, type UpdateType } from '../../api/types';
import { FilterBar } from '../../components/FilterBar';
import { FilterSelect } from '../../components/FilterSelect';
import { SearchInput } from '../../components/SearchInput';
import { TimeFilter } from '../../components/TimeFilter';
import { isTime } from '../../components/TimeInput';
import { useFilters } from '../../components/use-filters';
import type { DeliveryFilter } from './api';
import { useIntegrationChoices } from './queries';

const NAMES = [
  ...(['status', 'updateType', 'subscriptionId', 'externalRef', 'statusCode', 'from', 'to'] as const),
] as const;
type FilterState = ReturnType<typeof useFilters<(typeof NAMES)[number]>>;

/** Stands among the statuses, for all that are unfinished. */
const UNDELIVERED = 'undelivered';

/** Filters of a list of deliveries, in the address of the page. A time or a code that is none is as none. */
export function useDeliveryFilters(): { readonly state: FilterState; readonly filter: DeliveryFilter } {
  const state = useFilters(NAMES);
  const { status, updateType, subscriptionId, externalRef, statusCode, from, to } = state.values;
  return {
    state,
    filter: {
      ...(status === UNDELIVERED && { undelivered: true }),
      ...(status !== undefined && status !== UNDELIVERED && { status: status as DeliveryStatus }),
      ...(updateType !== undefined && { updateType: updateType as UpdateType }),
      ...(subscriptionId !== undefined && { subscriptionId }),
      ...(externalRef !== undefined && { externalRef }),
      ...(isStatusCode(statusCode) && { statusCode: Number(statusCode) }),
      ...(from !== undefined && isTime(from) && { from: new Date(from).toISOString() }),
      ...(to !== undefined && isTime(to) && { to: new Date(to).toISOString() }),
    },
  };
}

function isStatusCode(text: string | undefined): boolean {
  return text !== undefined && /^[1-5]\d\d$/.test(text);
}

interface DeliveryFiltersProps {
  readonly state: FilterState;
  /** Without those that are the same for all deliveries of one integration. */
  readonly ofOne: boolean;
}

export function DeliveryFilters({ state, ofOne }: DeliveryFiltersProps): ReactElement {
  const { t } = useTranslation();
  const { values, set, clear, active } = state;
  return (
    <FilterBar>
      <FilterSelect
        label={t('deliveries.status')}
        labelAbove
        options={[
          { value: UNDELIVERED, label: t('deliveries.undelivered') },
          ...DELIVERY_STATUSES.map((value) => ({ value, label: t(`deliveryStatus.${value}`) })),
        ]}
        value={values.status}
        onChange={(value) => set('status', value)}
      />
      <SearchInput
        label={t('deliveries.reference')}
        labelAbove
        value={values.externalRef ?? ''}
        onSearch={(text) => set('externalRef', text)}
      />
      <SearchInput
        label={t('deliveries.code')}
        labelAbove
        value={values.statusCode ?? ''}
        onSearch={(text) => set('statusCode', text)}
      />
      {!ofOne && (
        <>
          <IntegrationFilter
            value={values.subscriptionId}
            onChange={(value) => set('subscriptionId', value)}
          />
          <FilterSelect
            label={t('integrations.type')}
            labelAbove
            options={UPDATE_TYPES.map((value) => ({ value, label: t(`updateType.${value}.name`) }))}
            value={values.updateType}
            onChange={(value) => set('updateType', value)}
          />
        </>
      )}
      {(['from', 'to'] as const).map((name) => (
        <TimeFilter
          key={name}
          label={t(`deliveries.${name}`)}
          value={values[name]}
          onChange={(at) => set(name, at)}
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

interface IntegrationFilterProps {
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

function IntegrationFilter({ value, onChange }: IntegrationFilterProps): ReactElement {
  const { t } = useTranslation();
  return (
    <FilterSelect
      label={t('deliveries.integration')}
      labelAbove
      searchable
      options={useIntegrationChoices(value)}
      value={value}
      onChange={onChange}
    />
  );
}
