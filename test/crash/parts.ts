/** The parts of the service, each as a process of its own that can be killed and started again. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import {
  startEmbeddedPostgres,
  startEmbeddedTemporal,
  type EmbeddedPostgres,
  type EmbeddedTemporal,
} from '../../src/embedded/index';
import { applyMigrations } from '../../src/platform/migrations';
import { SEARCH_ATTRIBUTES } from '../../workflows/shared/search-attributes';
import { freePorts } from '../harness/free-ports';
import { end, spawnPart } from '../harness/part-process';
import { Clock } from './clock';
import { Disk } from './disk';
import type { Victim } from './faults';

const WORKERS = 2;
const silent = pino({ level: 'silent' });

export class Parts {
  readonly apiKey = `key-${randomBytes(12).toString('hex')}`;
  private readonly encryptionKey = randomBytes(32).toString('base64');
  private readonly workers = new Map<number, ChildProcess>();
  private api: ChildProcess | undefined;
  private postgres: EmbeddedPostgres | undefined;
  private temporal: EmbeddedTemporal | undefined;
  readonly clock: Clock;
  /** Of each store. */
  readonly disks: Readonly<Record<'postgres' | 'temporal', Disk>>;

  private constructor(
    private readonly dataDir: string,
    private readonly ports: {
      readonly api: number;
      readonly postgres: number;
      readonly temporal: number;
      readonly ui: number;
    },
  ) {
    mkdirSync(path.join(dataDir, 'logs'));
    const limited = Disk.impossible(dataDir) === undefined;
    const disk = (directory: string): Disk => (limited ? Disk.mount(directory) : Disk.unlimited(directory));
    this.disks = {
      postgres: disk(path.join(dataDir, 'postgres')),
      temporal: disk(path.join(dataDir, 'temporal')),
    };
    this.clock = new Clock(dataDir);
  }

  /** Starts everything, on free ports, with its data in `dataDir`. */
  static async start(dataDir: string): Promise<Parts> {
    const [api = 0, postgres = 0, temporal = 0, ui = 0] = await freePorts(4);
    const parts = new Parts(dataDir, { api, postgres, temporal, ui });
    try {
      await parts.startStores();
      await applyMigrations({ databaseUrl: parts.databaseUrl, logger: silent });
      await parts.startServices();
    } catch (error) {
      await parts.stop();
      throw error;
    }
    return parts;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  get databaseUrl(): string {
    if (!this.postgres) throw new Error('PostgreSQL is not running');
    return this.postgres.url;
  }

  /** kill -9, without a word of warning. */
  async kill(victim: Victim, index: number): Promise<void> {
    switch (victim) {
      case 'api':
        return end(this.api, 'SIGKILL');
      case 'worker':
        return end(this.workers.get(index % WORKERS), 'SIGKILL');
      case 'temporal':
        return killPid(this.temporal);
      case 'postgres':
        return killPid(this.postgres);
      case 'everything':
        await Promise.all([
          end(this.api, 'SIGKILL'),
          ...[...this.workers.values()].map((worker) => end(worker, 'SIGKILL')),
          killPid(this.temporal),
          killPid(this.postgres),
        ]);
    }
  }

  /** Starts again what `kill` has killed. */
  async restart(victim: Victim, index: number): Promise<void> {
    switch (victim) {
      case 'api':
        return this.startApi();
      case 'worker':
        return this.startWorker(index % WORKERS);
      case 'temporal':
        return this.startTemporal();
      case 'postgres':
        return this.startPostgres();
      case 'everything':
        await this.startStores();
        return this.startServices();
    }
  }

  /** Freezes a part, or lets it go on. */
  signal(part: 'api' | 'worker', index: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    (part === 'api' ? this.api : this.workers.get(index % WORKERS))?.kill(signal);
  }

  /** Starts a store again that has not survived. */
  async restartIfEnded(store: 'postgres' | 'temporal'): Promise<void> {
    const running = store === 'postgres' ? this.postgres : this.temporal;
    const ended = running?.exited.then(() => true);
    if (await Promise.race([ended, pause(3_000)])) await this.restart(store, 0);
  }

  async stop(): Promise<void> {
    await Promise.all([this.api, ...this.workers.values()].map((child) => end(child, 'SIGTERM')));
    await this.temporal?.stop();
    await this.postgres?.stop();
    Object.values(this.disks).forEach((disk) => disk.unmount());
  }

  private async startStores(): Promise<void> {
    const started = await Promise.allSettled([this.startPostgres(), this.startTemporal()]);
    for (const { reason } of started.filter((part) => part.status === 'rejected')) throw reason;
  }

  private async startServices(): Promise<void> {
    await Promise.all([
      this.startApi(),
      ...Array.from({ length: WORKERS }, (_, index) => this.startWorker(index)),
    ]);
  }

  private async startPostgres(): Promise<void> {
    this.postgres = await startEmbeddedPostgres({
      dataDir: this.disks.postgres.dir,
      port: this.ports.postgres,
      settings: { max_wal_size: '128MB' }, // or its log alone would fill the disk
      logger: silent,
    });
  }

  private async startTemporal(): Promise<void> {
    this.temporal = await startEmbeddedTemporal({
      ...{
        dataDir: this.disks.temporal.dir,
        namespace: 'default',
        port: this.ports.temporal,
        uiPort: this.ports.ui,
      },
      ...{
        executable: process.env.CPM_TEST_TEMPORAL_CLI ?? process.env.TEMPORAL_CLI_PATH ?? 'temporal',
        searchAttributes: SEARCH_ATTRIBUTES,
        logger: silent,
      },
    });
  }

  private async startApi(): Promise<void> {
    this.api = this.spawn('api', 0);
    for (let tries = 0; tries < 600; tries++) {
      const alive = await fetch(`${this.apiUrl}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (alive) return;
      if (this.api.exitCode !== null) this.api = this.spawn('api', 0); // as a supervisor would
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the API does not start; see ${this.dataDir}/logs`);
  }

  private startWorker(index: number): Promise<void> {
    const worker = this.spawn('worker', index);
    this.workers.set(index, worker);
    // A supervisor starts a worker again that could not start, say because Temporal was away.
    worker.once('exit', (code) => {
      if (code !== null && code !== 0 && this.workers.get(index) === worker) {
        setTimeout(() => void this.startWorker(index), 500);
      }
    });
    return Promise.resolve();
  }

  /** With the default retry interval: an hour wrongly spent shows as a lost delivery. */
  private spawn(part: 'api' | 'worker', index: number): ChildProcess {
    const log = openSync(path.join(this.dataDir, 'logs', `${part}-${index}.log`), 'a');
    const settings = {
      DATABASE_URL: this.databaseUrl,
      TEMPORAL_ADDRESS: `127.0.0.1:${this.ports.temporal}`,
      CPM_PORT: String(this.ports.api),
      CPM_API_KEY: this.apiKey,
      CPM_ENCRYPTION_KEY: this.encryptionKey,
      CPM_ALLOW_PRIVATE_TARGETS: 'true',
      CPM_LOG_LEVEL: 'warn',
      ...this.clock.environment,
    };
    return spawnPart(part, settings, log);
  }
}

async function killPid(part: EmbeddedPostgres | EmbeddedTemporal | undefined): Promise<void> {
  if (!part) return;
  process.kill(part.pid, 'SIGKILL');
  await part.exited;
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
