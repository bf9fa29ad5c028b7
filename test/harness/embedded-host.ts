/** Starts, kills and stops small services (embedded-host-process.mjs), and leaves none running. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ChildExit } from '../../src/embedded/index';

interface Ready {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly pids: { readonly postgres: number; readonly temporal: number };
}

interface Message {
  readonly ready?: Ready;
  readonly error?: { readonly name: string; readonly message: string };
  readonly warning?: string;
  readonly exit?: ChildExit;
}

const started: EmbeddedHost[] = [];

/** One process with its PostgreSQL and Temporal. */
export class EmbeddedHost {
  readonly warnings: string[] = [];
  readonly exits: ChildExit[] = [];
  private ready: Ready | undefined;

  private constructor(private readonly process: ChildProcess) {
    process.on('message', ({ warning, exit }: Message) => {
      if (warning !== undefined) this.warnings.push(warning);
      if (exit) this.exits.push(exit);
    });
  }

  /** @throws Error with the host's message when it can't start. */
  static async start(options: { dataDir: string; port?: number }): Promise<EmbeddedHost> {
    const host = new EmbeddedHost(
      fork(path.join(__dirname, 'embedded-host-process.mjs'), [JSON.stringify(options)]),
    );
    started.push(host);
    for (;;) {
      const [{ ready, error }] = (await once(host.process, 'message')) as [Message];
      if (error) throw Object.assign(new Error(error.message), { name: error.name });
      if (!ready) continue;
      host.ready = ready;
      return host;
    }
  }

  get details(): Ready {
    if (!this.ready) throw new Error('not started');
    return this.ready;
  }

  /** kill -9 of the process alone: PostgreSQL and Temporal live on. */
  async killAlone(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  /** kill -9 of the process and of its parts. The process first: it would note the end of a part in the data directory. */
  async killAll(): Promise<void> {
    await this.killAlone();
    kill(this.details.pids.postgres);
    kill(this.details.pids.temporal);
  }

  /** In order, as after Ctrl-C. */
  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.send('stop');
    await exited;
  }

  static async clearAway(): Promise<void> {
    for (const host of started.splice(0)) {
      if (host.process.exitCode === null && host.process.signalCode === null) await host.killAlone();
      if (host.ready) Object.values(host.ready.pids).forEach(kill);
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
