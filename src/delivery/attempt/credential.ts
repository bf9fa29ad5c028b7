import type { Sealer } from '../../platform/encryption';
import { openCertificate } from '../../subscriptions/client-certificate';
import { openGrant, type OAuth2Grant } from '../../subscriptions/oauth2';
import { openHeaders } from '../../subscriptions/static-headers';
import type { Credential, Credentials } from '../http/request';

/** The stored form of a subscription's credential. */
export interface StoredCredential {
  readonly authType: string;
  readonly authLocation: string | null;
  readonly authKey: string | null;
  readonly authSecretSealed: string | null;
  readonly headersSealed: string | null;
  readonly clientCertificateSealed: string | null;
  readonly signingSecretSealed: string | null;
  readonly previousSigningSecretSealed: string | null;
}

/** What access tokens are asked for with, where requests carry some; undefined for every other authentication. */
export function grantOf(
  sealer: Sealer,
  { authType, authSecretSealed }: StoredCredential,
): OAuth2Grant | undefined {
  return authType === 'oauth2' && authSecretSealed !== null ? openGrant(sealer, authSecretSealed) : undefined;
}

/**
 * Opens what a subscription's requests carry.
 * @param token the access token, where it has a grant
 */
export function openCredentials(sealer: Sealer, stored: StoredCredential, token?: string): Credentials {
  return {
    credential: token === undefined ? openCredential(sealer, stored) : { type: 'bearer', token },
    staticHeaders: openHeaders(sealer, stored.headersSealed),
    clientCertificate: openCertificate(sealer, stored.clientCertificateSealed),
  };
}

function openCredential(sealer: Sealer, stored: StoredCredential): Credential {
  const secret = stored.authSecretSealed === null ? '' : sealer.open(stored.authSecretSealed, 'credential');
  if (stored.authType === 'bearer') return { type: 'bearer', token: secret };
  if (stored.authType === 'api-key') {
    const location = stored.authLocation === 'query' ? 'query' : 'header';
    return { type: 'api-key', location, key: stored.authKey ?? '', value: secret };
  }
  return { type: 'none' };
}

/** The secrets that sign now, the newest first. */
export function openSigningSecrets(sealer: Sealer, stored: StoredCredential): string[] {
  return [stored.signingSecretSealed, stored.previousSigningSecretSealed]
    .filter((sealed) => sealed !== null)
    .map((sealed) => sealer.open(sealed, 'signing-secret'));
}
