/** How the webhooks of a subscription are signed, as callers set it and see it. */
import { z } from 'zod';
import type { Database } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { readSigningKey, SIGNING_KINDS, type SigningKind } from '../platform/signing-key';

/** `signing` of a subscription. */
export const signing = z.enum(SIGNING_KINDS).meta({
  description:
    '`hmac`: with a secret that the receiver knows too; `ed25519`: with a key whose public part anybody can verify with. Another one ' +
    'makes a new key, beside which the old one signs for a day.',
  examples: ['hmac'],
});

/** The public part of what signs. */
export const signingKey = z
  .object({
    keyId: z.string().meta({
      description: 'Its `kid` in `/.well-known/jwks.json`, and `keyid` of signatures (RFC 7638).',
      examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
    }),
    publicKey: z.string().meta({
      description: 'The public key as Standard Webhooks writes it.',
      examples: ['whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='],
    }),
  })
  .meta({ id: 'SigningKey', description: 'What verifies signatures of the kind `ed25519`.' });

/** How a stored subscription signs. */
export function kindOf({ signing: kind }: { readonly signing: string }): SigningKind {
  return kind === 'ed25519' ? 'ed25519' : 'hmac';
}

/** The public part of a stored key; null where there is none. */
export function showSigningKey(sealer: Sealer, sealed: string | null): z.output<typeof signingKey> | null {
  if (sealed === null) return null;
  const { keyId, publicKey } = readSigningKey(sealer.open(sealed, 'signing-secret'));
  return publicKey ? { keyId, publicKey: publicKey.text } : null;
}

/** What is shown of a new key, once: the secret that a receiver needs to know. A private key is nobody else's. */
export function shownSecret(kind: SigningKind, key: string): string | null {
  return kind === 'hmac' ? key : null;
}

/** A set of public keys (RFC 7517 §5). */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The public keys of all subscriptions that sign, or signed until lately, with Ed25519.
 * @param others that the service signs with beside
 */
export async function publicKeys(db: Database, sealer: Sealer, others: readonly string[]): Promise<KeySet> {
  const rows = await db.$queryRaw<{ sealed: string | null }[]>`
    SELECT unnest(ARRAY["signingSecretSealed",
      CASE WHEN "previousSigningSecretUntil" > now() THEN "previousSigningSecretSealed" END]) AS "sealed"
    FROM "Subscription"
    WHERE "deletedAt" IS NULL AND ("signing" = 'ed25519' OR "previousSigningSecretUntil" > now())
    ORDER BY "createdAt", "id"`;
  const ofSubscriptions = rows.flatMap(({ sealed }) =>
    sealed === null ? [] : [sealer.open(sealed, 'signing-secret')],
  );
  const keys = [...ofSubscriptions, ...others].flatMap((key) => {
    const { keyId, publicKey } = readSigningKey(key);
    return publicKey ? [{ ...publicKey.jwk, kid: keyId, alg: 'EdDSA', use: 'sig' }] : [];
  });
  return { keys };
}
