/** PostgreSQL's own lock file, after a kill -9: it names the main process, whose number may be anybody's by now. */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { EmbeddedStackError } from './error';
import { stopProcess, type StopSequence } from './orphan';
import { identifyProcess } from './process-identity';

const SESSIONS_END_MS = 30_000;

/**
 * Makes the cluster startable. Only for the holder of the data directory.
 *
 * A PostgreSQL that still runs on the cluster is stopped. Sessions that outlive their killed main process end within
 * moments and are waited for: they may still write. Only then is a lock removed that PostgreSQL would stumble over,
 * because its number belongs to another program, or to a dead process that nobody has reaped. Elsewhere than on Linux,
 * where other processes can't be looked into as well, all this is left to PostgreSQL's own checks.
 */
export async function clearStaleLock(cluster: string, sequence: StopSequence): Promise<void> {
  const lock = path.join(cluster, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(lock)) return;
  const running = identifyProcess(Number.parseInt(readFileSync(lock, 'utf8'), 10));
  if (running && isPostgresOf(running.pid, cluster)) await stopProcess(running, sequence);
  await sessionsEnd(cluster);
  rmSync(lock, { force: true });
}

async function sessionsEnd(cluster: string): Promise<void> {
  const deadline = Date.now() + SESSIONS_END_MS;
  for (;;) {
    const sessions = processesIn(cluster);
    if (sessions.length === 0) return;
    if (Date.now() > deadline) {
      throw new EmbeddedStackError(
        `an earlier PostgreSQL is still ending (processes ${sessions.join(', ')}): try again in a moment`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** PostgreSQL's processes have the cluster as their working directory. */
function processesIn(cluster: string): number[] {
  const directory = realpathSync(cluster);
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => readCwd(pid) === directory && identifyProcess(pid));
}

function readCwd(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function isPostgresOf(pid: number, cluster: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster);
  } catch {
    return false;
  }
}
