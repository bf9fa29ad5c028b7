/** The real Temporal dev server, with its Web UI, as a part of this service; its data in the data directory. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import type { Logger } from '../platform/logger';
import { reaching } from '../platform/temporal';
import { type ChildExit, startChild, waitUntilReady } from './child';
import { stopOrphan, type StopSequence } from './orphan';
import { claimPort, LOOPBACK } from './ports';

const NAME = 'Temporal';
const READY_TIMEOUT_MS = 60_000;

const STOP_SEQUENCE: StopSequence = [
  { signal: 'SIGTERM', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/** Where and how to run it. */
export interface EmbeddedTemporalOptions {
  /** A directory held through `acquireDataDir`. */
  readonly dataDir: string;
  /** The Temporal CLI. */
  readonly executable: string;
  readonly namespace: string;
  /** Namespaces beside it, for tests that must not see each other. */
  readonly otherNamespaces?: readonly string[];
  /** Ports; 0 takes a free one. */
  readonly port: number;
  readonly uiPort: number;
  /** Search attributes to register, with their types. */
  readonly searchAttributes: Readonly<Record<string, 'Keyword' | 'Int'>>;
  /** `memory` forgets everything when it ends: for tests. The default is `file`. */
  readonly storage?: 'file' | 'memory';
  readonly logger: Pick<Logger, 'warn'>;
}

/** A running Temporal dev server. */
export interface EmbeddedTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  stop(): Promise<void>;
}

/**
 * Starts the dev server on loopback and returns when its namespace answers. What a killed service left running is
 * stopped first; workflows go on from the file.
 */
export async function startEmbeddedTemporal(options: EmbeddedTemporalOptions): Promise<EmbeddedTemporal> {
  const { dataDir, logger } = options;
  mkdirSync(path.join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const pidFile = path.join(dataDir, 'run', 'temporal.json');
  const logFile = path.join(dataDir, 'logs', 'temporal.log');
  if (await stopOrphan(NAME, pidFile, STOP_SEQUENCE))
    logger.warn('stopped a Temporal left by an earlier run');
  const port = await claimPort(options.port, 'CPM_TEMPORAL_PORT');
  const uiPort = await claimPort(options.uiPort, 'CPM_TEMPORAL_UI_PORT');
  const child = startChild({
    ...{
      name: NAME,
      command: options.executable,
      args: serverArguments(options, port, uiPort),
      cwd: dataDir,
    },
    ...{ pidFile, logFile, stopSequence: STOP_SEQUENCE },
  });
  const address = `${LOOPBACK}:${port}`;
  await waitUntilReady(
    child,
    { name: NAME, logFile },
    () => answers(address, options.namespace),
    READY_TIMEOUT_MS,
  );
  const { pid, exited } = child;
  return { address, uiUrl: `http://${LOOPBACK}:${uiPort}`, pid, exited, stop: () => child.stop() };
}

const PRAGMAS = [
  // A write-ahead log, synchronised at checkpoints: survives the death of any process, and nearly doubles what the server
  // gets done. A power failure may lose the last moments, which the sweep makes up for.
  ...['journal_mode=WAL', 'synchronous=1'],
  // 64 MiB of cache, reads from mapped memory, temporary tables in memory: 4 to 9 % less of the server's CPU (docs/scaling.md).
  ...['cache_size=-65536', 'mmap_size=268435456', 'temp_store=2'],
];

function serverArguments(options: EmbeddedTemporalOptions, port: number, uiPort: number): readonly string[] {
  const storage =
    options.storage === 'memory'
      ? []
      : [
          ...['--db-filename', path.join(options.dataDir, 'temporal.db')],
          ...PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]),
        ];
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--ui-port', String(uiPort)],
    ...[options.namespace, ...(options.otherNamespaces ?? [])].flatMap((name) => ['--namespace', name]),
    ...['--log-level', 'warn', ...storage],
    ...Object.entries(options.searchAttributes).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type}`,
    ]),
  ];
}

async function answers(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...reaching(address), connectTimeout: 1_000 });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
