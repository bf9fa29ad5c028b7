/** Runs other programs to their end. */
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { FriendlyError } from './error.mjs';
import { root } from './paths.mjs';

/**
 * Runs a command in the checkout and returns its exit code; its output goes to our standard error, or away with `quiet`.
 * A signal to this process is passed on, and the wait goes on until the command has ended. Undefined: not to be found.
 */
export function run(
  command,
  args,
  { env = {}, quiet = false, cwd = root, timeoutMs, stdin = 'ignore' } = {},
) {
  return new Promise((resolve, reject) => {
    const output = quiet ? 'ignore' : process.stderr;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin, output, output],
      timeout: timeoutMs,
    });
    const stop = (signal) => {
      child.kill(signal);
      interrupted = true;
    };
    let interrupted = false;
    process.on('SIGINT', stop).on('SIGTERM', stop);
    const done = () => process.off('SIGINT', stop).off('SIGTERM', stop);
    child.once('error', (error) => {
      done();
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.once('exit', (code) => {
      done();
      if (interrupted) reject(new FriendlyError('interrupted', 130));
      else resolve(code ?? 1);
    });
  });
}

/** Runs a JavaScript file with this Node. */
export const runNode = (file, args = [], options = {}) => run(process.execPath, [file, ...args], options);

/** The command line of npm: the very one that started us where there is one. */
export function npmCommand(args) {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js') && npm.includes('npm') ? [process.execPath, [npm, ...args]] : ['npm', args];
}

/** Runs npm. */
export const runNpm = (args, options = {}) => run(...npmCommand(args), options);

/** Whether a program is there and answers to the arguments. */
export const works = async (command, args) => (await run(command, args, { quiet: true })) === 0;

/** What a command writes to its standard output; undefined where it fails or is not to be found. */
export async function outputOf(command, args) {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch {
    return undefined;
  }
}
