/** Secrets that this installation generates for itself and keeps in its data directory. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from './error-code';

/**
 * The secret in the file, which is created (mode 0600) on first use.
 *
 * Of several processes that create it at once one wins and all get the same; a crash leaves no half of it.
 */
export function readOrCreateSecret(file: string, generate: () => string): string {
  return read(file) ?? create(file, generate());
}

/** The key that encrypts secrets, addresses and payloads at rest: 32 bytes, kept as base64 in `encryption.key`. */
export function readOrCreateEncryptionKey(dataDir: string): Buffer {
  const file = path.join(dataDir, 'encryption.key');
  const key = Buffer.from(
    readOrCreateSecret(file, () => randomBytes(32).toString('base64')),
    'base64',
  );
  if (key.length !== 32) throw new Error(`${file} must hold 32 bytes in base64`);
  return key;
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
