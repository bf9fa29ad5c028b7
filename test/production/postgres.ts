/** A PostgreSQL server with its client programs, as an operator has them: those of the system. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { postgresAccount } from '../../src/embedded/postgres-account';
import { queryDatabase } from '../crash/query';
import { Supervised } from './supervised';

const PROGRAMS = ['initdb', 'postgres', 'psql', 'pg_dump', 'pg_restore'];
const VERSIONS = '/usr/lib/postgresql';

/** The newest version's directory of programs that has all; undefined where there is none. */
export function findPostgres(): string | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(VERSIONS, version, 'bin'))
    .find((bin) => PROGRAMS.every((program) => existsSync(path.join(bin, program))));
}

/** The password of each role of the test. */
export const PASSWORD = 'of-the-production-test';

export class PostgresServer {
  readonly process: Supervised;

  constructor(
    bin: string,
    readonly port: number,
    private readonly superuser: string,
    name: string,
    directory: string,
    settings: Readonly<Record<string, string>> = {},
  ) {
    const account = postgresAccount();
    const cluster = path.join(directory, name);
    if (!existsSync(cluster)) {
      mkdirSync(cluster, { mode: 0o700 });
      account.own(cluster);
      const passwordFile = path.join(directory, `${name}.password`);
      writeFileSync(passwordFile, PASSWORD);
      account.own(passwordFile);
      const [command, args] = account.wrap(path.join(bin, 'initdb'), [
        ...['-D', cluster, '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-N'],
        ...['--encoding=UTF8', '--locale=C'],
      ]);
      execFileSync(command, [...args], { cwd: '/', stdio: 'pipe' });
    }
    const all = { max_connections: '200', unix_socket_directories: '', ...settings };
    const [command, args] = account.wrap(path.join(bin, 'postgres'), [
      ...['-D', cluster, '-h', '127.0.0.1', '-p', String(port)],
      ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ]);
    // A fast shutdown: SIGTERM would wait until everybody has left.
    this.process = new Supervised({ name, command, args, directory, stopSignal: 'SIGINT' });
  }

  /** The URL of a database, as its superuser unless another role is named. */
  url(database: string, role = this.superuser, port = this.port): string {
    return `postgresql://${role}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  }

  query<T extends object>(database: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return queryDatabase<T>(this.url(database), sql, values);
  }

  async answers(): Promise<boolean> {
    return this.query('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
