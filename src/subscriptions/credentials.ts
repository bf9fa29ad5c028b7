/** The columns that hold a subscription's authentication: written from a request, and shown without secrets. */
import { fieldProblem, invalid } from '../platform/errors';
import type { Sealer } from '../platform/encryption';
import type { Prisma } from '../platform/database';
import type { AuthenticationInput, AuthenticationView } from './authentication';
import { headerValueProblem } from './header-field';
import { sealGrant, showGrant } from './oauth2';

/** Authentication as stored. */
export type CredentialColumns = Pick<
  Prisma.SubscriptionModel,
  'authType' | 'authLocation' | 'authKey' | 'authExpiresAt' | 'authSecretSealed'
>;

/** No authentication. */
export const NO_CREDENTIALS: CredentialColumns = {
  authType: 'none',
  authLocation: null,
  authKey: null,
  authExpiresAt: null,
  authSecretSealed: null,
};

/**
 * The columns for the authentication of a request. A secret that is absent or null stays the stored one, as long as the type of
 * authentication stays, and the origin of the URL.
 * @param elsewhere the stored one was given for another origin than the one it would be sent to now
 * @throws ServiceError naming the secret's field where none is given and none is stored for that origin.
 */
export function credentialColumns(
  sealer: Sealer,
  input: AuthenticationInput,
  stored: CredentialColumns = NO_CREDENTIALS,
  elsewhere = false,
): CredentialColumns {
  switch (input.authType) {
    case 'none':
      return NO_CREDENTIALS;
    case 'api-key': {
      const { location, key, value } = input.apiKeyAuth;
      const path = 'authentication.apiKeyAuth.value';
      const kept = { sealed: keptSecret(stored, 'api-key'), elsewhere };
      const authSecretSealed = sealedSecret(sealer, value, kept, path);
      if (location === 'header') checkHeaderValue(sealer.open(authSecretSealed, 'credential'), path);
      return {
        ...NO_CREDENTIALS,
        authType: 'api-key',
        authLocation: location,
        authKey: key,
        authSecretSealed,
      };
    }
    case 'oauth2':
      return {
        ...NO_CREDENTIALS,
        authType: 'oauth2',
        authSecretSealed: sealGrant(sealer, input.oauth2Auth, keptSecret(stored, 'oauth2'), elsewhere),
      };
    case 'bearer': {
      const { token, expiresAt } = input.bearerAuth;
      const kept = { sealed: keptSecret(stored, 'bearer'), elsewhere };
      return {
        ...NO_CREDENTIALS,
        authType: 'bearer',
        authExpiresAt: expiresAt ? new Date(expiresAt) : null,
        authSecretSealed: sealedSecret(sealer, token, kept, 'authentication.bearerAuth.token'),
      };
    }
  }
}

/** Whether two authentications differ in what a request would carry. A secret given again is no change. */
export function credentialsDiffer(sealer: Sealer, a: CredentialColumns, b: CredentialColumns): boolean {
  return (
    a.authType !== b.authType ||
    a.authLocation !== b.authLocation ||
    a.authKey !== b.authKey ||
    a.authExpiresAt?.getTime() !== b.authExpiresAt?.getTime() ||
    openSecret(sealer, a) !== openSecret(sealer, b)
  );
}

/** What is shown of stored authentication. */
export function showCredentials(sealer: Sealer, stored: CredentialColumns): AuthenticationView {
  const isSet = stored.authSecretSealed !== null;
  switch (stored.authType) {
    case 'api-key':
      return {
        authType: 'api-key',
        apiKeyAuth: {
          location: stored.authLocation === 'query' ? 'query' : 'header',
          key: stored.authKey ?? '',
          value: null,
          valueSet: isSet,
        },
      };
    case 'bearer':
      return {
        authType: 'bearer',
        bearerAuth: { token: null, tokenSet: isSet, expiresAt: stored.authExpiresAt?.toISOString() ?? null },
      };
    case 'oauth2':
      return stored.authSecretSealed === null
        ? { authType: 'none' }
        : { authType: 'oauth2', oauth2Auth: showGrant(sealer, stored.authSecretSealed) };
    default:
      return { authType: 'none' };
  }
}

function keptSecret(stored: CredentialColumns, authType: string): string | null {
  return stored.authType === authType ? stored.authSecretSealed : null;
}

function sealedSecret(
  sealer: Sealer,
  given: string | null | undefined,
  kept: { readonly sealed: string | null; readonly elsewhere: boolean },
  path: string,
): string {
  if (typeof given === 'string') return sealer.seal(given, 'credential');
  if (kept.sealed === null) throw invalid(fieldProblem(path, 'secret_required'));
  if (kept.elsewhere) throw invalid(fieldProblem(path, 'secret_of_other_origin'));
  return kept.sealed;
}

/** A key that was stored for the query string may hold what a header can't. */
function checkHeaderValue(value: string, path: string): void {
  const problem = headerValueProblem(value);
  if (problem !== undefined) throw invalid(fieldProblem(path, problem));
}

function openSecret(sealer: Sealer, { authSecretSealed }: CredentialColumns): string | null {
  return authSecretSealed === null ? null : sealer.open(authSecretSealed, 'credential');
}
