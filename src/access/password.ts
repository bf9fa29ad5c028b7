/** Passwords, as scrypt hashes that carry their own parameters: stronger ones can be chosen later, old hashes stay good. */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { z } from 'zod';
import { fieldProblem, invalid } from '../platform/errors';
import { isCommonPassword, namesItsAccount } from './common-passwords';

/** A password to set. Long rather than varied (NIST SP 800-63B §5.1.1.2). */
export const newPassword = z
  .string()
  .min(12)
  .max(200)
  .meta({
    format: 'password',
    writeOnly: true,
    description:
      'From 12 to 200 characters; not one that is guessed first, and without the name of the account or the product in it.',
    examples: ['an example passphrase'],
  });

/**
 * Refuses a password that would be guessed first (rule `no-common-passwords`).
 * @param path the field that holds it
 * @throws ServiceError naming the field.
 */
export function requireUncommon(path: string, password: string, email: string): void {
  const problem = problemOf(password, email);
  if (problem !== undefined) throw invalid(fieldProblem(path, problem));
}

/** Whether a password that was set before is one that {@link requireUncommon} refuses. */
export function isGuessable(password: string, email: string): boolean {
  return problemOf(password, email) !== undefined;
}

function problemOf(
  password: string,
  email: string,
): 'common_password' | 'password_names_account' | undefined {
  if (isCommonPassword(password)) return 'common_password';
  return namesItsAccount(password, email) ? 'password_names_account' : undefined;
}

/** A password to check. */
export const givenPassword = z
  .string()
  .max(200)
  .meta({
    format: 'password',
    writeOnly: true,
    description: 'The present password.',
    examples: ['an example passphrase'],
  });

/** 32 MiB and about a tenth of a second: OWASP Password Storage Cheat Sheet, scrypt. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes computed at once: more would take the memory, and the threads that look up names for webhooks. */
const MOST_AT_ONCE = 2;

/** Hashes a password: `scrypt$N$r$p$SALT$HASH`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether the password is the one that was hashed, compared in constant time. Where there is no hash, since there is no
 * such account, it takes as long and is false: the duration gives nothing away.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = (stored ?? (await dummyHash())).split('$');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && stored !== undefined;
}

/**
 * Has somebody show that it is still they.
 * @throws ServiceError naming `currentPassword` where it is wrong.
 */
export async function requirePassword(
  password: string,
  { passwordHash }: { readonly passwordHash: string | null },
): Promise<void> {
  if (!(await verifyPassword(password, passwordHash ?? undefined)))
    throw invalid(fieldProblem('currentPassword', 'wrong_password'));
}

let dummy: Promise<string> | undefined;

function dummyHash(): Promise<string> {
  dummy ??= hashPassword(randomBytes(32).toString('base64url'));
  return dummy;
}

let running = 0;
const queue: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  else running += 1;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const options = { ...cost, maxmem: 256 * 1024 * 1024 };
      // The same characters typed on another keyboard are the same password (NIST SP 800-63B §5.1.1.2).
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    const next = queue.shift();
    // A place that is handed on stays taken.
    if (next) next();
    else running -= 1;
  }
}
