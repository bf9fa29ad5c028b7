import { useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useChange, usePart } from '../../api/queries';
import type { Page } from '../../api/types';
import {
  citizensApi,
  type Change,
  type Citizen,
  type CitizenFilters,
  type CitizenSummary,
  type EffectivePermissions,
} from './api';

const KEY = 'citizens';
/** How often what others may change is read again. Milliseconds. */
const LIVE_MS = 3_000;

export function useCitizens(filters: CitizenFilters): UseQueryResult<Page<CitizenSummary>> {
  return usePart([KEY, 'list', filters], () => citizensApi.list(filters));
}

export function useCitizen(id: string): UseQueryResult<Citizen> {
  return useQuery({
    queryKey: [KEY, 'one', id],
    queryFn: () => citizensApi.get(id),
    refetchInterval: LIVE_MS,
  });
}

export function useEffective({ applicationId, externalRef }: Citizen): UseQueryResult<EffectivePermissions> {
  return useQuery({
    queryKey: [KEY, 'effective', applicationId, externalRef],
    queryFn: () => citizensApi.effective({ applicationId, externalRef }),
    refetchInterval: LIVE_MS,
  });
}

export function useChanges(id: string, cursor?: string): UseQueryResult<Page<Change>> {
  return usePart([KEY, 'changes', id, cursor], () => citizensApi.changes(id, cursor), LIVE_MS);
}

/** Something that changes a citizen. */
export function useCitizenChange<T, A>(change: (input: T) => Promise<A>): UseMutationResult<A, Error, T> {
  return useChange(change, [[KEY], ['deliveries'], ['integrations']]);
}

/** Deletes a citizen: the lists are read again, and what was shown of them alone is not. */
export function useCitizenRemoval(): UseMutationResult<void, Error, string> {
  return useChange(citizensApi.remove, [[KEY, 'list']]);
}
