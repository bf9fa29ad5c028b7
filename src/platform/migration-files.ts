/** The migrations that this version brings: `prisma/migrations/<name>/migration.sql`. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './project-root';

/** A migration on disk. */
export interface Migration {
  /** The name of its directory; the order of names is the order of application. */
  readonly name: string;
  readonly sql: string;
}

/** Where the migrations of this version are. */
export const MIGRATIONS_DIR = path.join(projectRoot, 'prisma', 'migrations');

/** Reads the migrations of a directory, in the order in which they are applied. */
export async function readMigrations(directory: string = MIGRATIONS_DIR): Promise<readonly Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await readFile(path.join(directory, name, 'migration.sql'), 'utf8'),
    })),
  );
}

/** The checksum that Prisma records for a migration: SHA-256 of the file, in hexadecimal. */
export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

/** Whether the checksum is that of the file, whichever line ends Git gave it when it was applied (as Prisma compares). */
export function hasChecksum(sql: string, checksum: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === checksum);
}
