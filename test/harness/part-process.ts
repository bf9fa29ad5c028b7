/** The parts of the service as processes of their own, as `npm run api` and `npm run worker` start them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';
import type { TestService } from './service';

/** Starts a part with nothing but these settings, and says where goes what it prints. */
export function spawnPart(
  part: 'api' | 'worker',
  settings: Readonly<Record<string, string>>,
  output: 'inherit' | 'ignore' | number,
): ChildProcess {
  return spawn(process.execPath, [path.join(projectRoot, 'dist', 'src', 'bin', `${part}.js`)], {
    // By the channel it notices when this process is gone, and stops, so that no run leaves a process running.
    stdio: ['ignore', output, output, 'ipc'],
    env: { PATH: process.env.PATH, ...settings },
  });
}

/**
 * Starts a part on the database and the Temporal of a service. `CPM_TEST_LOG`, a log level, shows what it logs.
 * @param output where else goes what it prints
 */
export function spawnPartOf(
  { config: { databaseUrl, encryptionKey, temporal } }: TestService,
  part: 'api' | 'worker',
  settings: Readonly<Record<string, string>>,
  output?: number,
): ChildProcess {
  const log = process.env.CPM_TEST_LOG;
  return spawnPart(
    part,
    {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      CPM_ENCRYPTION_KEY: encryptionKey.toString('base64'),
      CPM_ALLOW_PRIVATE_TARGETS: 'true',
      CPM_LOG_LEVEL: log ?? 'silent',
      ...settings,
    },
    output ?? (log === undefined ? 'ignore' : 'inherit'),
  );
}

/** Signals a process that has not ended yet, and awaits its end. */
export async function end(child: ChildProcess | undefined, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
