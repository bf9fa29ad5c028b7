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
import { holdsEdits } from '../../components/unsaved/forms';

/** `setup`: no administrator exists yet. */
export type Session = components['schemas']['Session'];

/** Who is logged in, and what they may do. */
export interface KnownSession extends Session {
  /**
   * It has ended while a form held edits: the page stays as it was, edits and all, behind the log-in, whose state this is. Nothing
   * of it is seen before the same person has logged in again.
   */
  readonly again?: Session;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Between two looks whether somebody has logged in again in another tab. Milliseconds. */
const AGAIN_MS = 3_000;

export function useSession(): UseQueryResult<KnownSession> {
  const client = useQueryClient();
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async () => known(client, await answer(api.GET('/v1/session'))),
    staleTime: 60_000,
    refetchInterval: ({ state }) => state.data?.again !== undefined && AGAIN_MS,
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
  client.setQueryData<KnownSession>(SESSION_KEY, known(client, session));
}

/** Keeps what the page shows for its user alone: as long as they are logged in, or have edits that a log-in brings back. */
function known(client: QueryClient, session: Session): KnownSession {
  setCsrfToken(session.csrfToken);
  const former = client.getQueryData<KnownSession>(SESSION_KEY);
  if (former?.state !== 'authenticated') return session;
  if (session.state !== 'authenticated' && holdsEdits()) return { ...former, again: session };
  if (session.email !== former.email) forgetContent(client);
  return session;
}

export function useLogout(): UseMutationResult<void, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => done(api.DELETE('/v1/session')),
    onSuccess: () => {
      setCsrfToken(undefined);
      client.setQueryData<KnownSession>(
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
