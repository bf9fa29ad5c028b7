import { useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import type { Tagged } from '../../api/client';
import { useChange, useEditable, usePart } from '../../api/queries';
import type { Page, Subscription, UpdateType } from '../../api/types';
import {
  integrationsApi,
  type IntegrationFilters,
  type Journal,
  type Resync,
  type Sample,
  type StatisticsBucket,
} from './api';

const KEY = 'integrations';
/** How often data that may change by itself is read again. Milliseconds. */
const LIVE_MS = 5_000;

export function useIntegrations(filters: IntegrationFilters): UseQueryResult<Page<Subscription>> {
  return usePart([KEY, 'list', filters], () => integrationsApi.list(filters), LIVE_MS);
}

export function useIntegration(id: string): UseQueryResult<Subscription> {
  return useQuery({
    queryKey: [KEY, 'one', id],
    queryFn: () => integrationsApi.get(id),
    refetchInterval: LIVE_MS,
  });
}

/** An integration whose settings are about to be changed. */
export function useIntegrationToEdit(id: string): UseQueryResult<Tagged<Subscription>> {
  return useEditable([KEY, 'one', id], () => integrationsApi.toEdit(id));
}

/** Names of integrations by their ids, for lists that show many. */
export function useIntegrationName(id: string, enabled = true): string | undefined {
  const { data } = useQuery({
    queryKey: [KEY, 'one', id],
    queryFn: () => integrationsApi.get(id),
    staleTime: 60_000,
    enabled,
  });
  return data?.name;
}

/** Integrations to choose from: the newest of them. Undefined until they have come. */
export function useNewestIntegrations(): readonly Subscription[] | undefined {
  const { data } = useQuery({
    queryKey: [KEY, 'choices'],
    queryFn: () => integrationsApi.list({ limit: 100 }),
    staleTime: 60_000,
  });
  return data?.items;
}

export function useSamples(): UseQueryResult<Record<UpdateType, unknown>> {
  return useQuery({ queryKey: ['samples'], queryFn: integrationsApi.samples, staleTime: Infinity });
}

/** What a receiver of an integration gets. */
export function useSample(id: string): UseQueryResult<Sample> {
  return useQuery({ queryKey: [KEY, 'sample', id], queryFn: () => integrationsApi.sample(id) });
}

/** The JSON Schema of a type's body. */
export function useSchema(updateType: UpdateType, enabled: boolean): UseQueryResult<unknown> {
  return useQuery({
    queryKey: ['schemas', updateType],
    queryFn: () => integrationsApi.schema(updateType),
    staleTime: Infinity,
    enabled,
  });
}

export function useStatistics(
  id: string,
  hours: number,
  buckets: number,
): UseQueryResult<{ buckets: StatisticsBucket[] }> {
  const read = (): Promise<{ buckets: StatisticsBucket[] }> => {
    const to = new Date();
    return integrationsApi.statistics(id, new Date(to.getTime() - hours * 3_600_000), to, buckets);
  };
  return usePart([KEY, 'statistics', id, hours, buckets], read, 15_000);
}

export function useJournal(id: string): UseQueryResult<Journal> {
  return usePart([KEY, 'journal', id], () => integrationsApi.journal(id), LIVE_MS);
}

export function useResyncs(id: string): UseQueryResult<Page<Resync>> {
  return useQuery({
    queryKey: [KEY, 'resyncs', id],
    queryFn: () => integrationsApi.resyncs(id),
    refetchInterval: (query) => {
      const items = query.state.data?.items ?? [];
      if (items.some(({ status }) => status === 'running')) return 1_000;
      return items.some(({ deliveries }) => deliveries.waiting > 0) && 3_000;
    },
  });
}

/** Something that changes an integration: what is shown of any is read again afterwards. */
export function useIntegrationChange<T, A>(change: (input: T) => Promise<A>): UseMutationResult<A, Error, T> {
  return useChange(change, [[KEY], ['deliveries']]);
}

/** Deletes an integration: the lists are read again, and what was shown of it alone is not. */
export function useIntegrationRemoval(): UseMutationResult<void, Error, string> {
  return useChange(integrationsApi.remove, [[KEY, 'list']]);
}
