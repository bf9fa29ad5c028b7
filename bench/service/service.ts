/** A service of the benchmark's own: stores, the API and a worker, each a process whose cost can be told apart. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/embedded/ports';
import type { Meter, Watched } from '../measure/cost';
import { DatabaseCounter } from '../measure/database';
import { until } from '../until';
import { hasEnded, pidOf, startChild, stopChild } from './children';
import { NAMESPACE, startStores, type Stores } from './stores';

/** What to run it with. */
export interface ServiceOptions {
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal;
  /** A directory for CPU profiles of the API and the worker, which they write when they stop. */
  readonly profileTo?: string | undefined;
}

const START_LIMIT_S = 60;

/** A running service on loopback, in a new data directory that goes with it. */
export class Service {
  private worker: ChildProcess | undefined;

  private constructor(
    private readonly options: ServiceOptions,
    private readonly dataDir: string,
    private readonly stores: Stores,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly api: ChildProcess,
    readonly counter: DatabaseCounter,
  ) {}

  /** Starts everything, or nothing. */
  static async start(options: ServiceOptions): Promise<Service> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-bench-'));
    const undo = [(): void => rmSync(dataDir, { recursive: true, force: true })] as (() => unknown)[];
    try {
      const stores = await startStores(dataDir);
      undo.unshift(() => stores.stop());
      options.signal.throwIfAborted();
      const settings = settingsFor(stores, await freePort());
      const counter = await DatabaseCounter.connect(stores.postgres.url);
      undo.unshift(() => counter.close());
      const api = startPart('api', settings, options);
      undo.unshift(() => stopChild(api));
      const service = new Service(options, dataDir, stores, settings, api, counter);
      await until('the API answers', () => service.isReady(), { ...options, seconds: START_LIMIT_S });
      service.startWorker();
      return service;
    } catch (error) {
      for (const step of undo) await step();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.settings.CPM_PORT}`;
  }

  get apiKey(): string {
    return this.settings.CPM_API_KEY ?? '';
  }

  get temporalAddress(): string {
    return this.stores.temporal.address;
  }

  /** Process ids by part; PostgreSQL's sessions and background processes are its descendants. */
  get processes(): Watched {
    return {
      API: pidOf(this.api),
      ...(this.worker ? { worker: pidOf(this.worker) } : {}),
      Temporal: this.stores.temporal.pid,
      PostgreSQL: this.stores.postgres.pid,
    };
  }

  /** What it takes to measure the whole service. */
  get meter(): Pick<Meter, 'watched' | 'counter'> {
    return { watched: this.processes, counter: this.counter };
  }

  startWorker(): void {
    this.worker = startPart('worker', this.settings, this.options);
  }

  async stopWorker(): Promise<void> {
    await stopChild(this.worker);
    this.worker = undefined;
  }

  /** Stops all of it and removes its data. */
  async stop(): Promise<void> {
    await this.counter.close();
    await Promise.all([stopChild(this.api), this.stopWorker()]);
    await this.stores.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async isReady(): Promise<boolean> {
    if (hasEnded(this.api)) throw new Error('the API did not start');
    return fetch(`${this.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

/** Settings in this process's environment, those of traces among them, are passed on, so that a setting can be measured. */
function settingsFor({ postgres, temporal }: Stores, port: number): Record<string, string> {
  const given = Object.entries(process.env).filter(([name]) => /^(CPM|OTEL)_/.test(name));
  return {
    ...(Object.fromEntries(given) as Record<string, string>),
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: NAMESPACE,
    CPM_HOST: '127.0.0.1',
    CPM_PORT: String(port),
    CPM_API_KEY: randomBytes(24).toString('base64url'),
    CPM_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    CPM_ALLOW_PRIVATE_TARGETS: 'true',
    CPM_LOG_LEVEL: 'fatal',
  };
}

function startPart(
  part: 'api' | 'worker',
  env: Readonly<Record<string, string>>,
  { profileTo }: ServiceOptions,
): ChildProcess {
  const nodeFlags = profileTo ? ['--cpu-prof', `--cpu-prof-dir=${path.join(profileTo, part)}`] : [];
  return startChild(`src/bin/${part}.js`, { env, nodeFlags });
}
