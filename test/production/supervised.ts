/** A program as a supervisor runs it: started again when it ends by itself, its output kept in a file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { end } from '../harness/part-process';

/** What to run. */
export interface Program {
  /** Of the log, `NAME.log`, too. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Ends it in order; SIGTERM by default. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
}

const START_AGAIN_MS = 1_000;

export class Supervised {
  private child: ChildProcess | undefined;
  private wanted = false;
  /** Where in the log this start begins. */
  private from = 0;

  constructor(private readonly program: Program) {}

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    this.wanted = true;
    this.from = this.log.length;
    this.run();
  }

  /** In order, and not started again. */
  async stop(): Promise<void> {
    this.wanted = false;
    await end(this.child, (this.program.stopSignal ?? 'SIGTERM') as 'SIGTERM');
  }

  /** kill -9; it is started again. */
  async kill(): Promise<void> {
    await end(this.child, 'SIGKILL');
  }

  /** In order, and then started again. */
  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  /** What it has written since it was started last. */
  get said(): string {
    return this.log.slice(this.from);
  }

  private get log(): string {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  private get logFile(): string {
    return path.join(this.program.directory, `${this.program.name}.log`);
  }

  private run(): void {
    const { command, args, environment, directory } = this.program;
    const log = openSync(this.logFile, 'a');
    const child = spawn(command, [...args], {
      cwd: directory,
      // By the channel the service's parts notice when this process is gone.
      stdio: ['ignore', log, log, 'ipc'],
      env: { PATH: process.env.PATH, HOME: directory, ...environment },
    });
    closeSync(log);
    this.child = child;
    child.once('exit', () => {
      setTimeout(() => {
        if (this.wanted && this.child === child) this.run();
      }, START_AGAIN_MS);
    });
  }
}
