/** Secrets that this installation generates for itself and keeps in its data directory. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { keysOfText, type GivenKeys } from './encryption-keys';
import { hasCode } from './error-code';

/**
 * The secret in the file, which is created (mode 0600) on first use.
 *
 * Of several processes that create it at once one wins and all get the same; a crash leaves no half of it.
 */
export function readOrCreateSecret(file: string, generate: () => string): string {
  return read(file) ?? create(file, generate());
}

/**
 * The keys that encrypt secrets, addresses and payloads at rest, of `encryption.key`: one a line in base64, and that which seals
 * first. The first start generates one.
 */
export function readOrCreateEncryptionKeys(dataDir: string): GivenKeys {
  const file = path.join(dataDir, 'encryption.key');
  const keys = keysOfText(readOrCreateSecret(file, () => randomBytes(32).toString('base64')));
  if (!keys)
    throw new Error(`${file} must hold 32 bytes in base64, and former keys on lines of their own after it`);
  return keys;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function create(file: string, secret: string): string {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
    return secret;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return readFileSync(file, 'utf8').trim();
  } finally {
    rmSync(draft, { force: true });
  }
}
