/**
 * Stops the PostgreSQL and Temporal of a data directory, and removes it, once the process that started this one is gone, however
 * that ended: a kill -9 of a whole process group included. It is in a session of its own, waits for the end of its input, and does
 * nothing before.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { requireTypeScript } from '../../scripts/lib/typescript.mjs';

const SIGNALS = [
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
const dataDir = process.argv[2];
const { stopOrphan } = requireTypeScript('src/embedded/orphan.ts');

process.stdin.resume().once('close', async () => {
  await Promise.allSettled(
    ['temporal', 'postgres'].map((part) =>
      stopOrphan(part, path.join(dataDir, 'run', `${part}.json`), SIGNALS),
    ),
  );
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
});
