/** The data directory belongs to one running service at a time. */
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../platform/error-code';
import { EmbeddedStackError } from './error';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity';

/** A data directory held by this process. */
export interface DataDir {
  readonly path: string;
  /** Releases it. The lock of a killed process is taken over by the next start. */
  release(): void;
}

/**
 * Creates the data directory where it is missing (mode 0700) and takes it for this process.
 *
 * @throws EmbeddedStackError of one line when another running process holds it; that one is left alone. A holder that no
 * longer runs (same number, other start time included) is replaced, by exactly one of several starts that try at once.
 */
export async function acquireDataDir(dataDir: string): Promise<DataDir> {
  createPrivateDir(dataDir);
  const lock = path.join(dataDir, 'lock');
  const own = { id: randomUUID(), ...currentProcess() };
  const draft = `${lock}.${own.id}.new`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    while (!take(lock, draft, dataDir)) await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    path: dataDir,
    release: () => {
      if (readHolder(lock)?.id === own.id) rmSync(lock);
    },
  };
}

interface Holder extends ProcessIdentity {
  readonly id: string;
}

/**
 * Tries once to make the draft the lock; false when the lock has to be examined again.
 *
 * Making a link fails when its name exists, so it decides who is first. A dead holder is replaced by the process that links the
 * claim named after that very holder, and only while the lock still names it.
 */
function take(lock: string, draft: string, dataDir: string): boolean {
  const holder = readHolder(lock);
  if (!holder) return linked(draft, lock);
  if (isRunning(holder)) {
    throw new EmbeddedStackError(
      `the data directory ${dataDir} is in use by process ${holder.pid}: stop that one first, or set CPM_DATA_DIR to another directory`,
    );
  }
  const claim = `${lock}.${holder.id}.claim`;
  if (!linked(draft, claim)) {
    const claimant = readHolder(claim);
    if (claimant && !isRunning(claimant)) rmSync(claim, { force: true });
    return false;
  }
  const stillHeld = readHolder(lock)?.id === holder.id;
  if (stillHeld) renameSync(draft, lock);
  rmSync(claim, { force: true });
  return stillHeld;
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Undefined where there is no such file. A file cut short by a power failure belongs to nobody who still runs. */
function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    return hasCode(error, 'ENOENT') ? undefined : { id: 'unreadable', pid: 0, startedAt: '' };
  }
}

function currentProcess(): ProcessIdentity {
  const identity = identifyProcess(process.pid);
  if (!identity)
    throw new EmbeddedStackError('cannot read the start time of this process (is `ps` installed?)');
  return identity;
}

function createPrivateDir(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!statSync(directory).isDirectory()) throw new EmbeddedStackError(`${directory} is not a directory`);
}
