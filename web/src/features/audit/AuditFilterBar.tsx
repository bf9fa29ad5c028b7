import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterBar } from '../../components/FilterBar';
import { FilterSelect } from '../../components/FilterSelect';
import { SearchInput } from '../../components/SearchInput';
import { TimeFilter } from '../../components/TimeFilter';
import type { AuditEvent } from './api';
import type { FilterState } from './filters';
import { useAuditWords } from './words';

interface AuditFilterBarProps {
  readonly state: FilterState;
  /** Those that are shown: their callers can be chosen. */
  readonly events: readonly AuditEvent[];
}

export function AuditFilterBar({ state, events }: AuditFilterBarProps): ReactElement {
  const { t } = useTranslation();
  const words = useAuditWords();
  const { values, set, clear, active } = state;
  const callers = new Map(values.actor === undefined ? [] : [[values.actor, values.actor]]);
  for (const event of events) if (event.actorId !== null) callers.set(event.actorId, words.actor(event));
  return (
    <FilterBar>
      <FilterSelect
        label={t('audit.actor')}
        labelAbove
        options={[...callers].map(([value, label]) => ({ value, label }))}
        value={values.actor}
        onChange={(value) => set('actor', value)}
      />
      <FilterSelect
        label={t('audit.action')}
        labelAbove
        searchable
        options={words.actions}
        value={values.action}
        onChange={(value) => set('action', value)}
      />
      <SearchInput
        label={t('audit.objectId')}
        labelAbove
        value={values.objectId ?? ''}
        onSearch={(text) => set('objectId', text)}
      />
      <TimeFilter label={t('deliveries.from')} value={values.from} onChange={(at) => set('from', at)} />
      <TimeFilter label={t('deliveries.to')} value={values.to} onChange={(at) => set('to', at)} />
      {active && (
        <Button variant="subtle" onClick={clear}>
          {t('common.clearFilters')}
        </Button>
      )}
    </FilterBar>
  );
}
