/** Processes that the benchmark starts: each is told by its channel when the benchmark is gone, and stops then. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A graceful stop takes no longer than this. Milliseconds. */
const STOP_LIMIT_MS = 40_000;

/** The compiled files; this one is among them. */
export const DIST = path.resolve(__dirname, '../..');

/** What a child is started with. */
export interface ChildOptions {
  /** Beside `PATH`; nothing else of this process's environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeFlags?: readonly string[];
  readonly args?: readonly string[];
}

/** Runs a compiled program, named by its path below `dist`. What it prints is dropped, except for errors. */
export function startChild(
  program: string,
  { env = {}, nodeFlags = [], args = [] }: ChildOptions = {},
): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, path.join(DIST, program), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, ...env },
  });
}

/** Has a child stop, and awaits its end; one that does not stop in time is killed. */
export async function stopChild(child: ChildProcess | undefined): Promise<void> {
  if (!child || hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await exited;
  clearTimeout(kill);
}

/** Whether a child runs no more. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Its process id. @throws Error where it could not be started. */
export function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error(`${child.spawnfile} could not be started`);
  return child.pid;
}
