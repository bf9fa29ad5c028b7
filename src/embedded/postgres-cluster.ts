/** The cluster: PostgreSQL's own directory of data. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from '../platform/logger';
import { EmbeddedStackError } from './error';
import type { PostgresAccount } from './postgres-account';

/** What {@link initialiseCluster} needs. */
export interface ClusterOptions {
  readonly cluster: string;
  readonly initdb: string;
  readonly account: PostgresAccount;
  readonly user: string;
  readonly passwordFile: string;
  readonly logger: Pick<Logger, 'info'>;
}

/** Creates the cluster where there is none. It is built aside and renamed, so a start cut short leaves no half of one. */
export async function initialiseCluster(options: ClusterOptions): Promise<void> {
  const { cluster, account } = options;
  if (existsSync(path.join(cluster, 'PG_VERSION'))) return;
  options.logger.info('creating the PostgreSQL cluster (about a second)');
  const draft = `${cluster}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  account.own(draft);
  const [command, args] = account.wrap(options.initdb, [
    ...['-D', draft, '-U', options.user, `--pwfile=${options.passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    '--no-instructions',
  ]);
  try {
    await promisify(execFile)(command, [...args], {
      cwd: draft,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
  } catch (cause) {
    const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new EmbeddedStackError(`PostgreSQL could not create its data in ${cluster}: ${stderr}`, { cause });
  }
  renameSync(draft, cluster);
}
