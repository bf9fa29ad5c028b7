/** How features read parts of what the API holds, and change it. */
import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';

/** A part, as of a list or of time, read again every so many milliseconds. The part shown stays until another has come. */
export function usePart<T>(
  queryKey: QueryKey,
  read: () => Promise<T>,
  everyMs: number | false = false,
): UseQueryResult<T> {
  return useQuery({ queryKey, queryFn: read, placeholderData: keepPreviousData, refetchInterval: everyMs });
}

/** What a form is about to change. It is not read again by itself, so that what is written follows from what is seen. */
export function useEditable<T>(queryKey: QueryKey, read: () => Promise<T>): UseQueryResult<T> {
  return useQuery({
    queryKey: [...queryKey, 'to edit'],
    queryFn: read,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Something that changes what the API holds: what is shown under the keys is read again afterwards. */
export function useChange<T, A>(
  change: (input: T) => Promise<A>,
  stale: readonly QueryKey[],
): UseMutationResult<A, Error, T> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const queryKey of stale) void client.invalidateQueries({ queryKey });
    },
  });
}
