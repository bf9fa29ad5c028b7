/** Finds the PostgreSQL of a service that runs on a data directory, for a program that works beside it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../platform/error-code';
import { LOOPBACK } from './ports';

/** Role and database of the embedded PostgreSQL. */
export const [USER, DATABASE] = ['cpm', 'cpm'];

/** Its URL, which holds the password; undefined where none runs. */
export function runningPostgresUrl(dataDir: string): string | undefined {
  try {
    const password = readFileSync(path.join(dataDir, 'postgres.password'), 'utf8').trim();
    // The fourth line is the port: https://www.postgresql.org/docs/current/storage-file-layout.html
    const [, , , port] = readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    return `postgresql://${USER}:${password}@${LOOPBACK}:${port}/${DATABASE}`;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
