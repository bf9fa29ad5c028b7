/** Tokens that open something: 256 random bits, of which only a hash is stored. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new one. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The form in which one is stored, and found. SHA-256 is enough: a token has too much entropy to be guessed from it. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Compares without telling by the time it takes how much is right. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
