import type { UseQueryResult } from '@tanstack/react-query';
import { usePart } from '../../api/queries';
import type { Page } from '../../api/types';
import { auditApi, type AuditEvent, type AuditFilters } from './api';

export function useAuditEvents(
  filters: AuditFilters & { readonly cursor?: string; readonly limit?: number },
): UseQueryResult<Page<AuditEvent>> {
  return usePart(['audit-events', filters], () => auditApi.list(filters));
}
