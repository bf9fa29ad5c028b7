/** What docker-compose.yml runs, as processes on loopback, each with a supervisor. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';
import type { Target } from '../crash/load';
import { freePorts } from '../harness/free-ports';
import { linkTools, runJob } from './compose-jobs';
import { eventually } from './checks';
import { blocksOf, runScript } from './page';
import { preparePgBouncer } from './pgbouncer';
import { PASSWORD, PostgresServer } from './postgres';
import { Supervised } from './supervised';
import { TemporalServer } from './temporal';

/** The programs that are not ours. */
export interface Programs {
  readonly postgres: string;
  readonly temporalServer: string;
  readonly temporalSqlTool: string;
  readonly temporalCli: string;
}

export interface InstallationOptions {
  /** Whether API and workers reach PostgreSQL through PgBouncer. */
  readonly pooled: boolean;
  /** Of the service's database. */
  readonly encryptionKey?: string;
  /** A script that runs a program of ours by its name, out of the image; by default they run from here. */
  readonly inImage?: string;
  /** Where workers reach Temporal, if not at its own address. */
  readonly temporalOfWorkers?: string;
}

const APIS = 2;
const WORKERS = 2;
/** Short, so that a wrong sleep shows and a right one is over soon. */
const SETTINGS = {
  ...{ CPM_RETRY_INTERVAL: '5s', CPM_ATTEMPT_BACKOFF: '100ms', CPM_REQUEST_TIMEOUT: '5s' },
  ...{ CPM_ALLOW_PRIVATE_TARGETS: 'true', CPM_EARLY_RECOVERY: 'false' },
};

export class Installation {
  readonly postgres: PostgresServer;
  readonly temporalPostgres: PostgresServer;
  readonly temporal: TemporalServer;
  readonly pgBouncer: Supervised | undefined;
  readonly apis: readonly Supervised[];
  readonly workers: readonly Supervised[];
  readonly targets: readonly Target[];
  readonly apiKey = `key-${randomBytes(12).toString('hex')}`;
  private readonly tools: string;
  /** The words by which a program of ours is run. */
  private readonly ours: (program: string) => readonly [string, string];
  /** What the commands of docs/production.md take from the environment. */
  readonly environment: Readonly<Record<string, string>>;

  private constructor(
    readonly directory: string,
    programs: Programs,
    options: InstallationOptions,
    [postgresPort = 0, temporalPostgresPort = 0, poolerPort = 0, ...apiPorts]: readonly number[],
    temporal: TemporalServer,
  ) {
    const { inImage } = options;
    this.ours = (program) =>
      inImage === undefined
        ? [process.execPath, path.join(projectRoot, 'dist/src/bin', `${program}.js`)]
        : [inImage, program];
    this.tools = linkTools(directory, {
      temporal: programs.temporalCli,
      'temporal-sql-tool': programs.temporalSqlTool,
    });
    // A zone that is not UTC: no time may depend on it.
    this.postgres = new PostgresServer(programs.postgres, postgresPort, 'postgres', 'postgres', directory, {
      timezone: 'Asia/Karachi',
    });
    this.temporalPostgres = new PostgresServer(
      ...[programs.postgres, temporalPostgresPort, 'temporal', 'temporal-postgres', directory],
    );
    this.temporal = temporal;
    if (options.pooled) this.pgBouncer = preparePgBouncer(directory, poolerPort, postgresPort);
    const direct = this.postgres.url('cpm', 'cpm_service');
    const settings = {
      ...SETTINGS,
      ...(options.pooled
        ? {
            DATABASE_URL: this.postgres.url('cpm', 'cpm_service', poolerPort),
            DATABASE_DIRECT_URL: direct,
            CPM_PREPARED_STATEMENTS: 'false',
          }
        : { DATABASE_URL: direct }),
      TEMPORAL_ADDRESS: temporal.address,
      CPM_ENCRYPTION_KEY: options.encryptionKey ?? randomBytes(32).toString('base64'),
    };
    const part = (name: string, program: string, more: Readonly<Record<string, string>> = {}): Supervised => {
      const [command, argument] = this.ours(program);
      const environment = { ...settings, ...more };
      return new Supervised({ name, directory, command, args: [argument], environment });
    };
    this.apis = apiPorts.map((port, index) =>
      part(`api-${index}`, 'api', { CPM_PORT: String(port), CPM_API_KEY: this.apiKey }),
    );
    this.workers = Array.from({ length: WORKERS }, (_, index) =>
      part(
        `worker-${index}`,
        'worker',
        options.temporalOfWorkers === undefined ? {} : { TEMPORAL_ADDRESS: options.temporalOfWorkers },
      ),
    );
    this.targets = apiPorts.map((port) => ({ apiUrl: `http://127.0.0.1:${port}`, apiKey: this.apiKey }));
    this.environment = {
      PATH: [this.tools, programs.postgres, process.env.PATH].join(':'),
      SERVER_URL: this.postgres.url('postgres'),
      OWNER_URL: this.postgres.url('cpm', 'cpm_owner'),
      SERVICE_URL: direct,
      TEMPORAL_SERVER_URL: this.temporalPostgres.url('postgres'),
      TEMPORAL_URL: this.temporalPostgres.url('temporal'),
      TEMPORAL_VISIBILITY_URL: this.temporalPostgres.url('temporal_visibility'),
      CPM_ENCRYPTION_KEY: settings.CPM_ENCRYPTION_KEY,
    };
  }

  /** @param directory is created */
  static async prepare(
    directory: string,
    programs: Programs,
    options: InstallationOptions,
  ): Promise<Installation> {
    mkdirSync(directory);
    const ports = await freePorts(3 + APIS);
    const temporal = await TemporalServer.prepare(programs.temporalServer, ports[1] ?? 0, directory);
    return new Installation(directory, programs, options, ports, temporal);
  }

  get all(): readonly Supervised[] {
    const servers = [
      this.pgBouncer,
      this.temporal.process,
      this.postgres.process,
      this.temporalPostgres.process,
    ];
    return [...this.apis, ...this.workers, ...servers.filter((each) => each !== undefined)];
  }

  /** The first API. */
  get target(): Target {
    const [target] = this.targets;
    if (!target) throw new Error('there is no API');
    return target;
  }

  /** Everything, in the order of docker-compose.yml. */
  async start(): Promise<void> {
    await this.startPostgres();
    await this.createRoles();
    await this.migrate();
    await this.startTemporal();
    this.pgBouncer?.start();
    for (const part of [...this.apis, ...this.workers]) part.start();
    await this.ready();
  }

  /** In reverse. */
  async stop(): Promise<void> {
    await this.stopParts();
    await this.pgBouncer?.stop();
    await this.temporal.process.stop();
    await Promise.all([this.postgres.process.stop(), this.temporalPostgres.process.stop()]);
  }

  async startParts(): Promise<void> {
    for (const part of [...this.apis, ...this.workers]) part.start();
    await this.ready();
  }

  async stopParts(): Promise<void> {
    await Promise.all([...this.apis, ...this.workers].map((part) => part.stop()));
  }

  async startPostgres(): Promise<void> {
    this.postgres.process.start();
    await until('PostgreSQL answers', () => this.postgres.answers());
  }

  /** Its PostgreSQL, its databases, itself, its namespace. */
  async startTemporal(): Promise<void> {
    this.temporalPostgres.process.start();
    await until("Temporal's PostgreSQL answers", () => this.temporalPostgres.answers());
    await this.makeTemporalSchema();
    this.temporal.process.start();
    await until('Temporal answers', () => this.temporal.answers());
    await this.makeNamespace();
  }

  /** The job of docker-compose.yml. */
  makeTemporalSchema(): Promise<string> {
    const { port } = this.temporalPostgres;
    const { PATH = '' } = this.environment;
    const address = { SQL_HOST: '127.0.0.1', SQL_PORT: String(port), SQL_PASSWORD: PASSWORD };
    return runJob('temporal-schema', { PATH, ...address }, this.directory);
  }

  /** The job of docker-compose.yml, which Compose tries again a few times. */
  makeNamespace(): Promise<string> {
    const { PATH = '' } = this.environment;
    const settings = { TEMPORAL_ADDRESS: this.temporal.address, TEMPORAL_NAMESPACE: 'default' };
    return eventually(
      () => runJob('temporal-namespace', { PATH, ...settings, TEMPORAL_RETENTION: '72h' }, this.directory),
      30_000,
    );
  }

  /** As docs/production.md tells, once for a server. */
  async createRoles(): Promise<void> {
    await this.follow('Once for a server');
    if (this.pgBouncer) await this.follow('Behind PgBouncer');
  }

  /** As docs/production.md tells, with each version. */
  async migrate(): Promise<void> {
    await this.follow('With each version');
  }

  /** Runs the commands under a heading of docs/production.md. */
  follow(heading: string): Promise<string> {
    const script = blocksOf(heading, 'sh')
      .join('')
      .replaceAll(
        'npm run migrate',
        this.ours('migrate')
          .map((word) => `"${word}"`)
          .join(' '),
      )
      .replaceAll(/(one|another)-of-your-own/g, PASSWORD);
    return runScript(script, this.environment, this.directory);
  }

  /** Awaits APIs that have all they need, and workers that have started. */
  async ready(): Promise<void> {
    for (const { apiUrl } of this.targets)
      await until(`${apiUrl} is ready`, () => answersOk(`${apiUrl}/readyz`));
    for (const worker of this.workers)
      await until('a worker has started', () => Promise.resolve(worker.said.includes('worker started')));
  }
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  await eventually(async () => {
    if (!(await look())) throw new Error(`not so: ${what}`);
  }, 90_000);
}

const answersOk = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
