/** Programs that a killed service has left running are found by a file and stopped at the next start. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { EmbeddedStackError } from './error';
import { identifyProcess, isRunning, type ProcessIdentity, waitUntilGone } from './process-identity';

/** The signals that end a program, each with the time that it is given. */
export type StopSequence = readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[];

/** Notes a child right after its start, before anything else can fail. */
export function recordChild(pidFile: string, pid: number): ProcessIdentity | undefined {
  const identity = identifyProcess(pid);
  if (identity) writeFileSync(pidFile, JSON.stringify(identity), { mode: 0o600 });
  return identity;
}

export function forgetChild(pidFile: string): void {
  rmSync(pidFile, { force: true });
}

/**
 * Stops the process that the file names, if it still runs; true when there was one.
 *
 * The start time is compared, so a process that merely got the same number is not touched.
 */
export async function stopOrphan(name: string, pidFile: string, sequence: StopSequence): Promise<boolean> {
  const orphan = readChild(pidFile);
  const found = orphan !== undefined && isRunning(orphan);
  if (found && !(await stopProcess(orphan, sequence))) {
    throw new EmbeddedStackError(`an earlier ${name} (process ${orphan.pid}) does not end: stop it by hand`);
  }
  forgetChild(pidFile);
  return found;
}

/** Signals in turn until the process is gone; false when it outlived them all. */
export async function stopProcess(identity: ProcessIdentity, sequence: StopSequence): Promise<boolean> {
  for (const { signal, waitMs } of sequence) {
    if (!isRunning(identity)) return true;
    try {
      process.kill(identity.pid, signal);
    } catch {
      // It ended just before the signal; the wait below notices.
    }
    if (await waitUntilGone(identity, waitMs)) return true;
  }
  return false;
}

function readChild(pidFile: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(pidFile, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
