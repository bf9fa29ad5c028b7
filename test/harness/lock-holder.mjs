/**
 * Takes a lock, notes in a file when it comes in and goes out, and is killed while it still holds the lock:
 * lock-holder.mjs LOCK NOTES
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../scripts/lib/lock.mjs';

const [lock, notes] = process.argv.slice(2);
const append = fs.appendFileSync;
const note = (event) => append(notes, `${event}\n`);

// Each step on the disk takes up to 60 ms, so that the steps of several processes mix in every way.
for (const [name, step] of Object.entries(fs)) {
  if (!name.endsWith('Sync') || typeof step !== 'function') continue;
  fs[name] = (...args) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 60);
    return step(...args);
  };
}
syncBuiltinESMExports();

await withLock(
  lock,
  () => undefined,
  async () => {
    note('in');
    await sleep(30);
    note('out');
    process.kill(process.pid, 'SIGKILL');
    // The signal comes meanwhile.
    await sleep(60_000);
  },
);
