/** Who is logged in. */
import {
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answer, api, done, setCsrfToken } from '../../api/client';
import type { components } from '../../api/schema';
import { SESSION_KEY } from '../../app/query-client';

/** `setup`: no administrator exists yet. */
export type Session = components['schemas']['Session'];

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export function useSession(): UseQueryResult<Session> {
  const client = useQueryClient();
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async () => {
      const session = await answer(api.GET('/v1/session'));
      setCsrfToken(session.csrfToken);
      if (session.state !== 'authenticated') forgetContent(client);
      return session;
    },
    staleTime: 60_000,
  });
}

export function useLogin(): UseMutationResult<Session, Error, Credentials> {
  return useEntrance((credentials) => answer(api.POST('/v1/session', { body: credentials })));
}

/** The second step, where a code is asked for. */
export function useCode(): UseMutationResult<Session, Error, { code: string }> {
  return useEntrance((given) => answer(api.POST('/v1/session/code', { body: given })));
}

/** Creates the first administrator and logs in. */
export function useSetup(): UseMutationResult<Session, Error, Credentials & { setupCode: string }> {
  return useEntrance((setup) => answer(api.POST('/v1/setup', { body: setup })));
}

function useEntrance<T>(enter: (input: T) => Promise<Session>): UseMutationResult<Session, Error, T> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: enter,
    onSuccess: (session) => takeSession(client, session),
  });
}

/** From now on, this is who is logged in. */
export function takeSession(client: QueryClient, session: Session): void {
  setCsrfToken(session.csrfToken);
  client.setQueryData<Session>(SESSION_KEY, session);
}

export function useLogout(): UseMutationResult<void, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => done(api.DELETE('/v1/session')),
    onSuccess: () => {
      setCsrfToken(undefined);
      client.setQueryData<Session>(
        SESSION_KEY,
        (former) => former && { state: 'anonymous', logInBy: former.logInBy },
      );
      forgetContent(client);
    },
  });
}

/** The next user of this browser must not see what the last one saw. */
function forgetContent(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
}
