/** Calls for bulk actions. */
import { answer, api } from '../../../api/client';
import type { components } from '../../../api/schema';
import type { Page } from '../../../api/types';
import type { DeliveryFilter } from '../api';

export type BulkAction = components['schemas']['BulkAction'];
export type BulkActionName = BulkAction['action'];

export const bulkApi = {
  start: (body: { readonly action: BulkActionName; readonly filter: DeliveryFilter }): Promise<BulkAction> =>
    answer(api.POST('/v1/bulk-actions', { body })),
  /** The newest few. */
  list: (): Promise<Page<BulkAction>> =>
    answer(api.GET('/v1/bulk-actions', { params: { query: { limit: 10 } } })),
  cancel: (id: string): Promise<BulkAction> =>
    answer(api.POST('/v1/bulk-actions/{id}/cancel', { params: { path: { id } } })),
} as const;
