/** Hands over to the program of a task: its output, its signals and its exit code are ours. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { clearInterval, setInterval } from 'node:timers';
import { inRoot, root } from './paths.mjs';

const PARENT_CHECK_MS = 1_000;

/**
 * Runs a compiled program until it ends and returns its exit code.
 *
 * The program is connected by a channel, so that it notices and stops in order when this process is killed. When what
 * started this process (npm) is killed, which forwards nothing then, the program is told to stop, unless it was told already:
 * a second time means to end at once.
 */
export function runService(file, args, env) {
  const child = spawn(process.execPath, ['--enable-source-maps', inRoot(file), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let told = false;
  const forward = (signal) => {
    told = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (!told) forward('SIGTERM');
  }, PARENT_CHECK_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
