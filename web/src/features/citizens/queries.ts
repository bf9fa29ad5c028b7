import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
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

export function useCitizens(filters: CitizenFilters): UseQueryResult<Page<CitizenSummary>> {
  return useQuery({
    queryKey: [KEY, 'list', filters],
    queryFn: () => citizensApi.list(filters),
    placeholderData: keepPreviousData,
  });
}

export function useCitizen(id: string): UseQueryResult<Citizen> {
  return useQuery({ queryKey: [KEY, 'one', id], queryFn: () => citizensApi.get(id) });
}

export function useEffective({ applicationId, externalRef }: Citizen): UseQueryResult<EffectivePermissions> {
  return useQuery({
    queryKey: [KEY, 'effective', applicationId, externalRef],
    queryFn: () => citizensApi.effective({ applicationId, externalRef }),
  });
}

export function useChanges(id: string, offset: number): UseQueryResult<Page<Change>> {
  return useQuery({
    queryKey: [KEY, 'changes', id, offset],
    queryFn: () => citizensApi.changes(id, offset),
    placeholderData: keepPreviousData,
    refetchInterval: 3_000,
  });
}

/** Something that changes a citizen. */
export function useCitizenChange<T, A>(change: (input: T) => Promise<A>): UseMutationResult<A, Error, T> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const key of [KEY, 'deliveries', 'integrations'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** Deletes a citizen: the lists are read again, and what was shown of them alone is not. */
export function useCitizenRemoval(): UseMutationResult<void, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: citizensApi.remove,
    onSuccess: () => void client.invalidateQueries({ queryKey: [KEY, 'list'] }),
  });
}
