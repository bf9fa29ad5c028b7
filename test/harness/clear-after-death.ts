/** Has a data directory cleared once this process is gone (after-death.mjs). */
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Socket } from 'node:net';

export function clearAfterDeath(dataDir: string): void {
  const guard = spawn(process.execPath, [path.join(__dirname, 'after-death.mjs'), dataDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as Socket).unref();
}
