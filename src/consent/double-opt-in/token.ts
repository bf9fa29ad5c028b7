/** The token of a confirmation link. Possessing it shows that the e-mail was read, so no other credential is needed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Email } from '../../../generated/prisma/client';
import type { Tx } from '../../platform/database';

/** 256 bits: no number of tries finds one. */
const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** A new token. Only its hash is stored. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** SHA-256 suffices: what is hashed has too much entropy to be guessed. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The e-mail that a token came with. */
export async function findEmail(tx: Tx, token: string): Promise<Email | undefined> {
  if (!TOKEN_FORM.test(token)) return undefined;
  const hash = hashOfToken(token);
  const email = await tx.email.findUnique({ where: { tokenHash: hash } });
  // An index compares byte by byte; what it found is compared again in constant time.
  return email && timingSafeEqual(Buffer.from(email.tokenHash), Buffer.from(hash)) ? email : undefined;
}
