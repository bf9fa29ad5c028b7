/** Programs for `npm run test:production`: Temporal's server and schema tool, and from Debian PostgreSQL, PgBouncer and buildah. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { builtWithGo } from './sources.mjs';
import { find, versions } from './tools.mjs';

const VERSION = versions.temporalServer;

/** Paths of the two that belong to Temporal's server, by the setting that names each. */
export async function findTemporalServer(print) {
  const built = (title, variable, name, directory) =>
    find({
      ...{ title, variable, cacheName: `${name}-${VERSION}`, print },
      sources: [
        ['building it with Go (about 2 min)', builtWithGo('go.temporal.io/server', `v${VERSION}`, directory)],
      ],
      help: [
        `set ${variable} to the program, of the release ${VERSION}`,
        'let this machine reach a Go module proxy with Go installed',
      ],
    });
  return {
    CPM_TEMPORAL_SERVER: await built(
      ...['the Temporal server', 'CPM_TEMPORAL_SERVER', 'temporal-server', 'cmd/server'],
    ),
    CPM_TEMPORAL_SQL_TOOL: await built(
      ...["Temporal's schema tool", 'CPM_TEMPORAL_SQL_TOOL', 'temporal-sql-tool', 'cmd/tools/sql'],
    ),
  };
}

/** Installs PostgreSQL with its client programs, PgBouncer, and what builds the image, where that is possible; the test says what is missing. */
export async function installDebianPrograms(print) {
  const missing = [
    ...(hasPostgres() ? [] : ['postgresql']),
    ...(existsSync('/usr/sbin/pgbouncer') ? [] : ['pgbouncer']),
    ...(existsSync('/usr/bin/buildah') ? [] : ['buildah']),
    ...(existsSync('/usr/sbin/debootstrap') ? [] : ['debootstrap']),
  ];
  if (missing.length === 0 || process.getuid?.() !== 0) return;
  print(`installing ${missing.join(' and ')} (about 1 min)`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, quiet: true });
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  if ((await run('apt-get', args, { env, quiet: true })) !== 0) print('  not possible here');
}

function hasPostgres() {
  const versions = '/usr/lib/postgresql';
  return (
    existsSync(versions) &&
    readdirSync(versions).some(
      (version) =>
        existsSync(path.join(versions, version, 'bin', 'pg_dump')) &&
        existsSync(path.join(versions, version, 'bin', 'initdb')),
    )
  );
}
