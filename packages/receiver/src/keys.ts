/** What a receiver verifies signatures with. */
import { fromBase64, toBase64Url, utf8 } from './encoding.ts';

/** The public part of an Ed25519 key (RFC 8037 §2). */
export interface PublicJwk {
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly kid?: string;
}

/** Where the keys of subscriptions with `signing: "ed25519"` are published. */
export interface PublishedKeys {
  /** `https://…/.well-known/jwks.json` of the service. */
  readonly jwks: string;
  /**
   * `signingKey.keyId` of the subscription; during a rotation that of both keys. No other key of the set counts: the others are those of
   * other subscriptions.
   */
  readonly keyIds: readonly string[];
}

/**
 * What signatures are verified with. A webhook is accepted where any of its signatures fits any of the keys, so give both while one takes
 * the place of the other.
 */
export type Keys =
  /** `signingSecret` of the subscription (`whsec_…`), or several. */
  | { readonly secrets: string | readonly string[] }
  /** `signingKey.publicKey` (`whpk_…`) or `signingKey.jwk` of the subscription, or several. */
  | { readonly publicKeys: readonly (string | PublicJwk)[] }
  | PublishedKeys;

/** A key, ready to verify. */
export interface Verifier {
  /** Of the signatures in `webhook-signature` that are made with such a key. */
  readonly version: 'v1' | 'v1a';
  verify(signature: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** The keys, as they are now. */
export type KeySource = () => Promise<readonly Verifier[]>;

/** Reads what was given. @throws Error where a secret or key can't be one, at once and not with the first webhook. */
export function keySourceOf(keys: Keys): KeySource {
  if ('jwks' in keys) return publishedKeys(keys);
  const given = 'secrets' in keys ? [keys.secrets].flat().map(secretOf) : keys.publicKeys.map(rawKeyOf);
  if (given.length === 0) throw new Error('at least one secret or public key is needed');
  const make = 'secrets' in keys ? hmacVerifier : ed25519Verifier;
  let verifiers: Promise<Verifier[]> | undefined;
  return () => (verifiers ??= Promise.all(given.map(make)));
}

function secretOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith('whsec_') ? fromBase64(secret.slice('whsec_'.length)) : undefined;
  if (!bytes?.length) throw new Error('a signing secret is whsec_ and base64');
  return bytes;
}

function rawKeyOf(key: string | PublicJwk): Uint8Array<ArrayBuffer> {
  const text = typeof key !== 'string' ? key.x : key.startsWith('whpk_') ? key.slice('whpk_'.length) : '';
  const bytes = fromBase64(text ?? '');
  if (bytes?.length !== ED25519_BYTES)
    throw new Error('a public key is whpk_ and base64, or a JWK of Ed25519');
  return bytes;
}

const ED25519_BYTES = 32;

async function hmacVerifier(secret: Uint8Array<ArrayBuffer>): Promise<Verifier> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  // Takes as long wherever the first difference is.
  return {
    version: 'v1',
    verify: (signature, content) => crypto.subtle.verify('HMAC', key, signature, content),
  };
}

async function ed25519Verifier(raw: Uint8Array<ArrayBuffer>): Promise<Verifier> {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  return {
    version: 'v1a',
    verify: (signature, content) => crypto.subtle.verify({ name: 'Ed25519' }, key, signature, content),
  };
}

/** Between two requests for a key that the set lacks, so that forged webhooks don't make many. One that failed is made again. */
const ASK_AGAIN_MS = 60_000;
const ASK_TIMEOUT_MS = 5_000;

/** A key is asked for until it is known, and never again: its id is its thumbprint, so it can't change. */
function publishedKeys({ jwks, keyIds }: PublishedKeys): KeySource {
  if (keyIds.length === 0) throw new Error('at least one keyId is needed');
  const known = new Map<string, Verifier>();
  let asking: Promise<void> | undefined;
  let askedAt = -Infinity;
  const ask = async (): Promise<void> => {
    const answer = await fetch(jwks, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`${jwks} answers ${answer.status}`);
    const { keys } = (await answer.json()) as { keys: readonly PublicJwk[] };
    for (const key of keys) {
      const { kid = '' } = key;
      if (!keyIds.includes(kid) || (await thumbprintOf(key)) !== kid) continue;
      known.set(kid, await ed25519Verifier(rawKeyOf(key)));
    }
    askedAt = Date.now();
  };
  return async () => {
    if (known.size < keyIds.length && Date.now() - askedAt > ASK_AGAIN_MS) {
      asking ??= ask().finally(() => (asking = undefined));
      // With one of two keys, what is signed with it can be verified meanwhile.
      await (known.size === 0 ? asking : asking.catch(() => undefined));
    }
    return [...known.values()];
  };
}

/** RFC 7638 §3.2, RFC 8037 §2 */
async function thumbprintOf({ crv = '', kty = '', x = '' }: PublicJwk): Promise<string> {
  const text = utf8(JSON.stringify({ crv, kty, x }));
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)));
}
