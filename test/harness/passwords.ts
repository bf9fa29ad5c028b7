/** Passwords that are quick to check: a hash carries its own parameters, and those of the service take long on purpose. */
import { randomBytes, scryptSync } from 'node:crypto';

const COST = { N: 16, r: 1, p: 1 };

/** The hash of a password as the service stores it, of the least cost. */
export function quickHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}
