import {
  keepPreviousData,
  useQuery,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useChange, usePart } from '../../api/queries';
import type { Attempt, DeliveryStatus, DeliveryWithAttempts } from '../../api/types';
import { useNewestIntegrations } from '../integrations/queries';
import { deliveriesApi, type DeliveryFilters, type DeliveryPage } from './api';

const KEY = 'deliveries';
const LIVE_MS = 3_000;

export function useDeliveries(filters: DeliveryFilters): UseQueryResult<DeliveryPage> {
  return usePart([KEY, 'list', filters], () => deliveriesApi.list(filters), LIVE_MS);
}

export function useDelivery(id: string): UseQueryResult<DeliveryWithAttempts> {
  return useQuery({
    queryKey: [KEY, 'one', id],
    queryFn: () => deliveriesApi.get(id),
    refetchInterval: (query) => (query.state.data && isFinished(query.state.data.status) ? 10_000 : 1_500),
  });
}

/** The attempts before those that a delivery is shown with. */
export function useEarlierAttempts(
  id: string,
  count: number,
  enabled: boolean,
): UseQueryResult<readonly Attempt[]> {
  return useQuery({
    queryKey: [KEY, 'earlier', id, count],
    queryFn: () => deliveriesApi.earlierAttempts(id, count),
    enabled: enabled && count > 0,
    placeholderData: keepPreviousData,
  });
}

/** An attempt with all that is kept of its answer; nothing of it changes any more. */
export function useWholeAttempt(id: string, attempt: number, enabled: boolean): UseQueryResult<Attempt> {
  return useQuery({
    queryKey: [KEY, 'attempt', id, attempt],
    queryFn: () => deliveriesApi.attempt(id, attempt),
    enabled,
    staleTime: Infinity,
  });
}

export function usePayload(id: string, enabled: boolean): UseQueryResult<unknown> {
  return useQuery({ queryKey: [KEY, 'payload', id], queryFn: () => deliveriesApi.payload(id), enabled });
}

/** Integrations to filter by: the newest, and the one that is chosen, be it deleted; that is named as its deliveries name it. */
export function useIntegrationChoices(chosen: string | undefined): { value: string; label: string }[] {
  const { t } = useTranslation();
  const newest = useNewestIntegrations();
  const found = (newest ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isMissing = chosen !== undefined && !found.some(({ value }) => value === chosen);
  const { data } = useQuery({
    queryKey: [KEY, 'latest of', chosen],
    queryFn: () => deliveriesApi.list({ subscriptionId: chosen ?? '', limit: 1 }),
    staleTime: 60_000,
    enabled: newest !== undefined && isMissing,
  });
  if (!isMissing) return found;
  const latest = data?.items[0];
  const name = latest?.subscriptionName ?? chosen;
  const label = latest?.subscriptionDeleted ? `${name} (${t('integrations.deleted')})` : name;
  return [{ value: chosen, label }, ...found];
}

/** An action on a delivery. Afterwards all deliveries that are shown are read again. */
export function useDeliveryAction(
  action: (id: string) => Promise<void>,
): UseMutationResult<void, Error, string> {
  return useChange(action, [[KEY]]);
}

const FINISHED: ReadonlySet<DeliveryStatus> = new Set(['delivered', 'cancelled', 'expired']);

export function isFinished(status: DeliveryStatus): boolean {
  return FINISHED.has(status);
}
