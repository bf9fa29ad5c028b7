import type { Sealer } from '../../platform/encryption';
import type { Credential } from '../http/request';

/** The stored form of a subscription's credential. */
export interface StoredCredential {
  readonly authType: string;
  readonly authLocation: string | null;
  readonly authKey: string | null;
  readonly authSecretSealed: string | null;
  readonly signingSecretSealed: string | null;
  readonly previousSigningSecretSealed: string | null;
}

/** Opens a subscription's credential. */
export function openCredential(sealer: Sealer, stored: StoredCredential): Credential {
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
