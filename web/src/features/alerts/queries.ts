import type { UseQueryResult } from '@tanstack/react-query';
import { usePart } from '../../api/queries';
import type { Page } from '../../api/types';
import { alertsApi, type Alert, type AlertQuery } from './api';

/** They are opened and closed by themselves, within ten seconds. */
const LIVE_MS = 10_000;

export function useAlerts(query: AlertQuery): UseQueryResult<Page<Alert>> {
  return usePart(['alerts', query], () => alertsApi.list(query), LIVE_MS);
}
