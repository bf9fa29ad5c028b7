import type { Sealer } from '../../platform/encryption';
import { openHeaders } from '../../subscriptions/static-headers';
import type { Credential, Credentials } from '../http/request';

/** The stored form of a subscription's credential. */
export interface StoredCredential {
  readonly authType: string;
  readonly authLocation: string | null;
  readonly authKey: string | null;
  readonly authSecretSealed: string | null;
  readonly headersSealed: string | null;
  readonly signingSecretSealed: string | null;
  readonly previousSigningSecretSealed: string | null;
}

/** Opens what a subscription's requests carry. */
export function openCredentials(sealer: Sealer, stored: StoredCredential): Credentials {
  return {
    credential: openCredential(sealer, stored),
    staticHeaders: openHeaders(sealer, stored.headersSealed),
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
