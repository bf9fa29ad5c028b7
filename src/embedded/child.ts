/** A program that runs as a part of this service: logged to a file, noted for the next start, its end reported. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { EmbeddedStackError } from './error';
import { forgetChild, recordChild, stopProcess, type StopSequence } from './orphan';

/** How a child ended. */
export interface ChildExit {
  readonly name: string;
  /** After `stop()`; otherwise the service can't go on without it. */
  readonly expected: boolean;
  /** One sentence for the log. */
  readonly message: string;
}

/** A running child. */
export interface Child {
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason; never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Ends it and returns when it is gone. May be called again. */
  stop(): Promise<void>;
}

/** The program to run, and its settings. */
export interface ChildOptions {
  /** For people: `PostgreSQL`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly pidFile: string;
  readonly logFile: string;
  readonly stopSequence: StopSequence;
}

/** Larger logs are set aside (one generation is kept) when the child starts. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

/**
 * Starts the program in a separate session, so that Ctrl-C in the terminal reaches this process only and the parts
 * stop in order. Our environment, which may hold secrets, is not handed on.
 */
export function startChild(options: ChildOptions): Child {
  rotate(options.logFile);
  const log = openSync(options.logFile, 'a', 0o600);
  const process_ = spawn(options.command, options.args, {
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, HOME: options.cwd, LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(log);
  let stopping: Promise<void> | undefined;
  const exited = reportExit(process_, options, () => stopping !== undefined);
  const { pid } = process_;
  if (pid === undefined) return { pid: -1, exited, stop: () => Promise.resolve() };
  const identity = recordChild(options.pidFile, pid);
  const stop = async (): Promise<void> => {
    const gone = !identity || (await stopProcess(identity, options.stopSequence));
    if (!gone) throw new EmbeddedStackError(`${options.name} (process ${pid}) does not end`);
    await exited;
  };
  return { pid, exited, stop: () => (stopping ??= stop()) };
}

function reportExit(child: ChildProcess, options: ChildOptions, expected: () => boolean): Promise<ChildExit> {
  const { name, logFile, pidFile } = options;
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ name, expected: false, message: `${name} could not be started: ${error.message}` });
    });
    child.once('exit', (code, signal) => {
      forgetChild(pidFile);
      const how = signal ? `by ${signal}` : `with exit code ${code}`;
      const message = expected() ? `${name} stopped` : `${name} ended ${how}; its log is ${logFile}`;
      resolve({ name, expected: expected(), message });
    });
  });
}

/** Polls until the child serves; its end before that, or the time running out, is an error with its last words. */
export async function waitUntilReady(
  child: Child,
  { name, logFile }: Pick<ChildOptions, 'name' | 'logFile'>,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let ended: ChildExit | undefined;
  void child.exited.then((exit) => (ended = exit));
  while (!(await isReady())) {
    if (ended !== undefined) throw new EmbeddedStackError(`${ended.message}\n${lastLines(logFile)}`);
    if (Date.now() > deadline) {
      await child.stop();
      const seconds = Math.round(timeoutMs / 1000);
      throw new EmbeddedStackError(`${name} did not answer within ${seconds} s\n${lastLines(logFile)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The end of a log, for messages. */
export function lastLines(logFile: string, count = 5): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

function rotate(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
}
