/**
 * Ends whatever still runs out of the directory of a production test, and removes that, once the process that started this one is gone,
 * however that ended: a crash and a kill -9 included. It is in a session of its own, waits for the end of its input, and does nothing before.
 *
 *   node after-death.mjs DIRECTORY [keep]
 *
 * All that the test starts runs in the directory: servers and jobs have it as their working directory, what the image runs as its root.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

const [directory, keep] = process.argv.slice(2);
/** The first lets PostgreSQL give back its shared memory. */
const SIGNALS = [
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
const LOOK_AGAIN_MS = 50;

const isWithin = (file) => file === directory || file?.startsWith(`${directory}${path.sep}`);

function linkOf(pid, name) {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return undefined; // it has just ended
  }
}

const running = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => isWithin(linkOf(pid, 'cwd')) || isWithin(linkOf(pid, 'root')))
    .map(Number);

/** Mounted file systems, those within others first. */
const mounted = () =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter(isWithin)
    .sort((a, b) => b.length - a.length);

function quietly(work) {
  try {
    work();
  } catch {
    // It is gone already.
  }
}

process.stdin.resume().once('close', async () => {
  for (const { signal, waitMs } of SIGNALS) {
    for (const pid of running()) quietly(() => process.kill(pid, signal));
    const deadline = Date.now() + waitMs;
    while (running().length > 0 && Date.now() < deadline) await setTimeout(LOOK_AGAIN_MS);
  }
  for (const place of mounted()) quietly(() => execFileSync('umount', [place], { stdio: 'ignore' }));
  if (keep === undefined && mounted().length === 0)
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
});
