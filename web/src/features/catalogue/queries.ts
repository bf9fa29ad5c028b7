import { useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import type { Tagged } from '../../api/client';
import { useChange, useEditable } from '../../api/queries';
import type { Application, Page } from '../../api/types';
import { applicationsApi, catalogueApi, type Kind, type Kinds } from './api';

const KEY = 'catalogue';

export function useApplications(): UseQueryResult<Page<Application>> {
  return useQuery({ queryKey: [KEY, 'applications'], queryFn: applicationsApi.list, staleTime: 30_000 });
}

export function useApplication(id: string): UseQueryResult<Tagged<Application>> {
  return useEditable([KEY, 'application', id], () => applicationsApi.get(id));
}

export function useEntries<K extends Kind>(
  kind: K,
  applicationId: string,
): UseQueryResult<Page<Kinds[K]['view']>> {
  return useQuery({
    queryKey: [KEY, kind, applicationId],
    queryFn: () => catalogueApi.list(kind, applicationId),
    enabled: applicationId !== '',
  });
}

/** An entry that is about to be changed. */
export function useEntry<K extends Kind>(
  kind: K,
  applicationId: string,
  id: string,
): UseQueryResult<Tagged<Kinds[K]['view']>> {
  return useEditable([KEY, kind, applicationId, id], () => catalogueApi.get(kind, applicationId, id));
}

/** Something that changes an application or its catalogue. */
export function useCatalogueChange<T, A>(change: (input: T) => Promise<A>): UseMutationResult<A, Error, T> {
  return useChange(change, [[KEY]]);
}

/** Deletes an application: the list is read again, and what was shown of it alone is not. */
export function useApplicationRemoval(): UseMutationResult<void, Error, string> {
  return useChange(applicationsApi.remove, [[KEY, 'applications']]);
}
