import { useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useChange } from '../../../api/queries';
import type { Page } from '../../../api/types';
import { bulkApi, type BulkAction } from './api';

const KEY = 'bulk-actions';

/** The newest bulk actions; often while one is running, or something that one has begun is yet to be delivered. */
export function useBulkActions(): UseQueryResult<Page<BulkAction>> {
  return useQuery({
    queryKey: [KEY],
    queryFn: bulkApi.list,
    refetchInterval: (query) => {
      const items = query.state.data?.items ?? [];
      if (items.some(({ status }) => status === 'running')) return 1_000;
      return items.some(({ deliveries }) => deliveries !== null && deliveries.waiting > 0) ? 3_000 : 15_000;
    },
  });
}

/** Something that begins or ends a bulk action. */
export function useBulkChange<T>(
  change: (input: T) => Promise<BulkAction>,
): UseMutationResult<BulkAction, Error, T> {
  return useChange(change, [[KEY], ['deliveries'], ['integrations']]);
}
