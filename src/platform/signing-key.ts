/** Keys that messages are signed with: HMAC-SHA256 with a shared secret, or Ed25519, whose signatures anybody can verify. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  type JsonWebKey,
} from 'node:crypto';

/** Kinds of keys, as in the database and in REST. */
export const SIGNING_KINDS = ['hmac', 'ed25519'] as const;
export type SigningKind = (typeof SIGNING_KINDS)[number];

/** A key, ready to sign. */
export interface SigningKey {
  readonly kind: SigningKind;
  /** RFC 7638: the same for everybody who has the key, and telling nothing of it. */
  readonly keyId: string;
  /** What verifies its signatures; undefined where only the key itself does. */
  readonly publicKey: PublicKey | undefined;
  sign(message: string): Buffer;
}

/** The public part of an Ed25519 key. */
export interface PublicKey {
  /** As Standard Webhooks writes it: `whpk_` and base64. */
  readonly text: string;
  /** RFC 8037 §2 */
  readonly jwk: JsonWebKey;
}

/** As Standard Webhooks writes keys. */
const PREFIXES = { hmac: 'whsec_', ed25519: 'whsk_' } as const;
const PUBLIC_PREFIX = 'whpk_';
const KEY_BYTES = 32;
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A new key of 256 bits. */
export function newSigningKey(kind: SigningKind): string {
  return signingKeyOf(kind, randomBytes(KEY_BYTES));
}

/** The key of 256 bits that nobody can guess. */
export function signingKeyOf(kind: SigningKind, bits: Buffer): string {
  return PREFIXES[kind] + bits.toString('base64');
}

/** Reading a key costs more than signing with it, and few keys sign most messages. */
const read = new Map<string, SigningKey>();
const MOST_READ = 1_000;

/** Reads a key that {@link newSigningKey} has made. */
export function readSigningKey(text: string): SigningKey {
  const known = read.get(text);
  if (known) return known;
  if (read.size >= MOST_READ) read.clear();
  const key = text.startsWith(PREFIXES.ed25519)
    ? ed25519(Buffer.from(text.slice(PREFIXES.ed25519.length), 'base64'))
    : hmac(Buffer.from(text.slice(PREFIXES.hmac.length), 'base64'));
  read.set(text, key);
  return key;
}

function hmac(secret: Buffer): SigningKey {
  return {
    kind: 'hmac',
    keyId: thumbprint({ k: secret.toString('base64url'), kty: 'oct' }),
    publicKey: undefined,
    sign: (message) => createHmac('sha256', secret).update(message).digest(),
  };
}

function ed25519(seed: Buffer): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const jwk = { crv: 'Ed25519', kty: 'OKP', x };
  return {
    kind: 'ed25519',
    keyId: thumbprint(jwk),
    publicKey: { text: PUBLIC_PREFIX + Buffer.from(x, 'base64url').toString('base64'), jwk },
    sign: (message) => sign(null, Buffer.from(message), key),
  };
}

/** The members are given in the order of their names (RFC 7638 §3). */
function thumbprint(members: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
