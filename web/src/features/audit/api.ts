/** Calls for the audit trail. */
import { answer, api } from '../../api/client';
import type { components } from '../../api/schema';
import type { Page } from '../../api/types';

export type AuditEvent = components['schemas']['AuditEvent'];

export interface AuditFilters {
  readonly actor?: string;
  readonly action?: string;
  readonly objectId?: string;
  readonly from?: string;
  readonly to?: string;
}

type PageFilters = AuditFilters & { readonly cursor?: string; readonly limit?: number };

export const auditApi = {
  list: (query: PageFilters): Promise<Page<AuditEvent>> =>
    answer(api.GET('/v1/audit-events', { params: { query } })),
  /** All events that match, as CSV. */
  export: (query: AuditFilters): Promise<Blob> =>
    answer(
      api.GET('/v1/audit-events', { params: { query }, headers: { accept: 'text/csv' }, parseAs: 'blob' }),
    ),
} as const;
