import { hkdfSync } from 'node:crypto';
import { signingKeyOf } from '../platform/signing-key';

/**
 * The keys that sign operational webhooks, the newest first: made of the encryption keys, so that every process has the same, and
 * nobody has to keep another secret. Receivers verify by their public parts (`/.well-known/jwks.json`).
 */
export function alertSigningKeys(encryptionKeys: readonly Buffer[]): string[] {
  return encryptionKeys.map((key) =>
    signingKeyOf('ed25519', Buffer.from(hkdfSync('sha256', key, '', 'operational webhooks', 32))),
  );
}
