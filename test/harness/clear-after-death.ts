/** Has something done once this process is gone, however that ended: by a script that waits for the end of its input. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Socket } from 'node:net';

/** Has a data directory cleared (after-death.mjs). */
export function clearAfterDeath(dataDir: string): void {
  runAfterDeath(path.join(__dirname, 'after-death.mjs'), [dataDir]);
}

/** @param script waits for the end of its input, and does nothing before */
export function runAfterDeath(script: string, args: readonly string[]): void {
  const guard = spawn(process.execPath, [script, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as Socket).unref();
}
