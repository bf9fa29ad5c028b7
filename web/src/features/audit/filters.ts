import { useFilters } from '../../components/use-filters';
import { isTime } from '../../components/TimeInput';
import type { AuditFilters } from './api';

const NAMES = ['actor', 'action', 'objectId', 'from', 'to'] as const;
export type FilterState = ReturnType<typeof useFilters<(typeof NAMES)[number]>>;

/** Filters of the audit trail, in the address of the page. A time that is none is as none. */
export function useAuditFilters(): { readonly state: FilterState; readonly query: AuditFilters } {
  const state = useFilters(NAMES);
  const query = Object.fromEntries(
    Object.entries(state.values).filter(
      ([name, value]) => (name !== 'from' && name !== 'to') || isTime(value),
    ),
  );
  return { state, query };
}
