/** Encryption at rest: secrets, addresses and stored payloads. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { GivenKeys } from './encryption-keys';
import { reasonText } from './reasons';

/** Seals text before it is stored and opens it after it is read. */
export interface Sealer {
  /** Ciphertext of `text`. `purpose` is bound to it: it opens only under the same one. */
  seal(text: string, purpose: SealPurpose): string;
  /**
   * The text that was sealed.
   * @throws SealError when the key is unknown, the purpose differs or the ciphertext was altered.
   */
  open(sealed: string, purpose: SealPurpose): string;
  /** Whether it was sealed under the key that seals now. */
  isCurrent(sealed: string): boolean;
  /**
   * Fingerprints of `text`, to be recognised by whoever has the keys and by nobody else. The first is the one to store: it stays the
   * same when the key changes. The others are those of versions that took them under the key itself. `purpose` is bound to it.
   */
  fingerprints(text: string, purpose: FingerprintPurpose): [string, ...string[]];
}

/** What a fingerprint is for. */
export type FingerprintPurpose = 'external-ref' | 'idempotency-key';

/** What a ciphertext is for; keeps, say, a stored answer from being opened as a credential. */
export type SealPurpose =
  | 'credential'
  | 'signing-secret'
  | 'payload'
  | 'response'
  | 'address'
  | 'email'
  | 'answer'
  | 'canary'
  | 'log-in'
  | 'second-factor';

/** Something stored could not be opened. The message holds no content. */
export class SealError extends Error {
  /** @param reason what a person who runs the service can do something with */
  constructor(readonly reason: string) {
    super(`A stored value could not be decrypted: ${reason}`);
    this.name = 'SealError';
  }
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12; // NIST SP 800-38D §5.2.1.1
const TAG_BYTES = 16;

/**
 * AES-256-GCM under the first key; ciphertexts of the others stay readable, so that a key can be changed.
 * Form: `KEYID.BASE64URL(iv ‖ ciphertext ‖ tag)`.
 * @param keys 32 bytes each, at least one.
 * @param fingerprintKey as the key ring keeps it (src/platform/key-ring.ts)
 */
export function createSealer(keys: GivenKeys, fingerprintKey: Buffer = keys[0]): Sealer {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const current = keyId(keys[0]);
  return {
    fingerprints(text, purpose) {
      const of = (key: Buffer): string =>
        createHmac('sha256', key)
          .update(JSON.stringify(['fingerprint', purpose, text]))
          .digest('base64url');
      return [of(fingerprintKey), ...keys.map(of)];
    },
    isCurrent: (sealed) => sealed.startsWith(`${current}.`),
    seal(text, purpose) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, keys[0], iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(purpose));
      const body = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${current}.${body.toString('base64url')}`;
    },
    open(sealed, purpose) {
      const [id = '', encoded = ''] = sealed.split('.');
      const key = byId.get(id);
      if (!key) throw new SealError(reasonText('sealed_with_other_key', { id: id.slice(0, KEY_ID_LENGTH) }));
      const body = Buffer.from(encoded, 'base64url');
      if (body.length < IV_BYTES + TAG_BYTES) throw new SealError(reasonText('sealed_cut_short'));
      const decipher = createDecipheriv(ALGORITHM, key, body.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      try {
        const text = Buffer.concat([decipher.update(body.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
        return text.toString('utf8');
      } catch {
        throw new SealError(reasonText('sealed_altered'));
      }
    },
  };
}

/** Characters of a key's id. */
const KEY_ID_LENGTH = 8;

/** Tells keys apart, and says nothing of them. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, KEY_ID_LENGTH);
}
