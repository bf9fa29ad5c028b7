/** Verifies RFC 9421 signatures by an independent library, as a receiver does that is strict. */
import { createHash, createHmac, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { httpbis } from 'http-message-signatures';

export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What verifies, by key id: a secret (`whsec_…`) or a public key. */
export type Verifiers = Readonly<Record<string, string | JsonWebKey>>;

const ALWAYS = ['@method', '@target-uri', 'content-digest', 'webhook-id', 'webhook-timestamp'];
/** What webhooks of deliveries have, and those to operators have not. */
const OF_DELIVERIES = ['x-cpm-sequence'];

/**
 * Whether a signature under one of the keys covers everything of the request that is ours, and the body is the one it speaks of.
 * @param present headers that it must have
 */
export async function isGenuine(
  { url, headers, body }: SignedRequest,
  keys: Verifiers,
  present: readonly string[] = OF_DELIVERIES,
): Promise<boolean> {
  const digest = createHash('sha256').update(body).digest('base64');
  if (headers['content-digest'] !== `sha-256=:${digest}:`) return false;
  const ours = Object.keys(headers).filter((name) => /^(x-cpm|webhook)-/.test(name));
  try {
    const result = await httpbis.verifyMessage(
      {
        keyLookup: ({ keyid = '' }) => {
          const key = keys[keyid];
          if (key === undefined) return Promise.resolve(null);
          return Promise.resolve({
            id: keyid,
            algs: [typeof key === 'string' ? 'hmac-sha256' : 'ed25519'],
            verify: (data, signature) => Promise.resolve(isOf(key, data, signature)),
          });
        },
        requiredFields: [...ALWAYS, ...present, ...ours],
        requiredParams: ['created', 'keyid', 'alg'],
        maxAge: 300,
      },
      { method: 'POST', url, headers: { ...headers } },
    );
    return result === true;
  } catch {
    return false;
  }
}

function isOf(key: string | JsonWebKey, data: Buffer, signature: Buffer): boolean {
  if (typeof key !== 'string') return verify(null, data, createPublicKey({ key, format: 'jwk' }), signature);
  const secret = Buffer.from(key.replace('whsec_', ''), 'base64');
  return createHmac('sha256', secret).update(data).digest().equals(signature);
}

/** RFC 7638 */
export function keyIdOf(key: string | JsonWebKey): string {
  const members =
    typeof key === 'string'
      ? { k: Buffer.from(key.replace('whsec_', ''), 'base64').toString('base64url'), kty: 'oct' }
      : { crv: key.crv, kty: key.kty, x: key.x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
