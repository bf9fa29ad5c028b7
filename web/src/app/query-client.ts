import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, hasCode, hasStatus } from '../api/problem';

export const SESSION_KEY = ['session'] as const;

/** Repeats reads where that may help. A session that has ended leads to the login page, one that may do nothing yet to what it lacks. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error): void => {
    if (hasStatus(error, 401) || hasCode(error, 'second_factor_required'))
      void client.invalidateQueries({ queryKey: SESSION_KEY });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        retry: (count, error) => count < 2 && !(error instanceof ApiError && isFinal(error)),
      },
    },
  });
  return client;
}

/** The service understood the call and refused it, so a repetition would give the same answer; or somebody has waited long enough. */
function isFinal({ status, message }: ApiError): boolean {
  return (status >= 400 && status < 500) || (status === 0 && message === 'late');
}
