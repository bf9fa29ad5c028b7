/** What PostgreSQL stores of a password (RFC 5802, RFC 7677), so that the password itself need not be sent to it. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own default. */
const ITERATIONS = 4096;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** The verifier of a password, in the form that PostgreSQL stores: `SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER`. */
export function verifierOf(password: string): string {
  const salt = randomBytes(SALT_BYTES);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, KEY_BYTES, 'sha256');
  const keyOf = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  const server = keyOf('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`;
}
