/** A real PostgreSQL as a part of this service, its data in the data directory. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { Logger } from '../platform/logger';
import { readOrCreateSecret } from '../platform/secrets-file';
import { type ChildExit, startChild, waitUntilReady } from './child';
import { stopOrphan, type StopSequence } from './orphan';
import { claimPort, LOOPBACK } from './ports';
import { postgresAccount } from './postgres-account';
import { findPostgresBinaries } from './postgres-binaries';
import { initialiseCluster } from './postgres-cluster';
import { clearStaleLock } from './postgres-lock';
import { DATABASE, USER } from './running-postgres';

const NAME = 'PostgreSQL';
const READY_TIMEOUT_MS = 60_000;

/** Fast shutdown first, which ends sessions in order; then immediate, which costs a recovery at the next start. */
const STOP_SEQUENCE: StopSequence = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/** Where and how to run it. */
export interface EmbeddedPostgresOptions {
  /** A directory held through `acquireDataDir`; the cluster lies in `postgres` below it. */
  readonly dataDir: string;
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Server settings over the defaults, like `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** A running PostgreSQL. */
export interface EmbeddedPostgres {
  /** Holds the password: never log it. The database itself is created by the migrations. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on loopback and returns when it answers. The first start creates the cluster, with a generated
 * password. The remains of a killed service, running or not, are removed first; nothing committed is lost.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, logger } = options;
  const files = preparePaths(dataDir);
  if (await stopOrphan(NAME, files.pidFile, STOP_SEQUENCE))
    logger.warn('stopped a PostgreSQL left by an earlier run');
  const account = postgresAccount();
  const binaries = findPostgresBinaries(account);
  const passwordFile = path.join(dataDir, 'postgres.password');
  const password = readOrCreateSecret(passwordFile, () => randomBytes(24).toString('base64url'));
  await initialiseCluster({ ...files, passwordFile, initdb: binaries.initdb, account, user: USER, logger });
  await clearStaleLock(files.cluster, STOP_SEQUENCE);

  const port = await claimPort(options.port ?? 0, 'the PostgreSQL port');
  const settings = Object.entries({ ...SETTINGS, ...options.settings });
  const [command, args] = account.wrap(binaries.postgres, [
    ...['-D', files.cluster, '-h', LOOPBACK, '-p', String(port)],
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const { pidFile, logFile } = files;
  const places = { cwd: files.cluster, pidFile, logFile };
  const child = startChild({ name: NAME, command, args, ...places, stopSequence: STOP_SEQUENCE });
  const server = `postgresql://${USER}:${password}@${LOOPBACK}:${port}`;
  await waitUntilReady(child, { name: NAME, logFile }, () => answers(server), READY_TIMEOUT_MS);
  const { pid, exited } = child;
  return { url: `${server}/${DATABASE}`, port, pid, exited, stop: () => child.stop() };
}

const SETTINGS = {
  max_connections: '200',
  unix_socket_directories: '',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

function preparePaths(dataDir: string): { cluster: string; pidFile: string; logFile: string } {
  mkdirSync(path.join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  return {
    cluster: path.join(dataDir, 'postgres'),
    pidFile: path.join(dataDir, 'run', 'postgres.json'),
    logFile: path.join(dataDir, 'logs', 'postgres.log'),
  };
}

async function answers(server: string): Promise<boolean> {
  const client = new Client({ connectionString: `${server}/postgres`, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
