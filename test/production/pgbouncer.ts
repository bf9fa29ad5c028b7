/** PgBouncer in transaction mode, with the configuration of docs/production.md. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { postgresAccount } from '../../src/embedded/postgres-account';
import { blocksOf } from './page';
import { PASSWORD } from './postgres';
import { Supervised } from './supervised';

const PROGRAM = '/usr/sbin/pgbouncer';

/** Why there is none to test with; undefined where there is one. */
export const pgBouncerMissing = (): string | undefined =>
  existsSync(PROGRAM) ? undefined : 'pgbouncer is not installed (Debian: apt-get install pgbouncer)';

/** @param databasePort of the server behind it */
export function preparePgBouncer(directory: string, port: number, databasePort: number): Supervised {
  const home = path.join(directory, 'pgbouncer');
  mkdirSync(home);
  const account = postgresAccount();
  const [configuration = '', users = ''] = blocksOf('Behind PgBouncer', 'ini');
  const files = {
    'pgbouncer.ini': configuration
      .replace('host=postgres.internal port=5432', `host=127.0.0.1 port=${databasePort}`)
      .replace('listen_port = 6432', `listen_port = ${port}`)
      .replace('/etc/pgbouncer', home),
    'userlist.txt': users.replaceAll(/"(cpm_\w+)" ".*"/g, `"$1" "${PASSWORD}"`),
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(home, name), text);
    account.own(path.join(home, name));
  }
  account.own(home);
  const [command, args] = account.wrap(PROGRAM, [path.join(home, 'pgbouncer.ini')]);
  return new Supervised({ name: 'pgbouncer', command, args, directory, stopSignal: 'SIGINT' });
}
