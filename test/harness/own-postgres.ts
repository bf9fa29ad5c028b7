/** A PostgreSQL of a test's own, migrated, to be stopped, started again and put under pressure. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/index';
import { applyMigrations } from '../../src/platform/migrations';

const logger = { info: () => undefined, warn: () => undefined };

export class OwnPostgres {
  private constructor(
    private readonly dataDir: string,
    private readonly settings: Readonly<Record<string, string>>,
    private server: EmbeddedPostgres,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<OwnPostgres> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-postgres-'));
    const server = await startEmbeddedPostgres({ dataDir, settings, logger });
    await applyMigrations({ databaseUrl: server.url, logger });
    return new OwnPostgres(dataDir, settings, server);
  }

  get url(): string {
    return this.server.url;
  }

  /** It is away until {@link resume}. */
  async halt(): Promise<void> {
    await this.server.stop();
  }

  /** At the same address, with everything that was committed. */
  async resume(): Promise<void> {
    const { dataDir, settings } = this;
    this.server = await startEmbeddedPostgres({ dataDir, settings, port: this.server.port, logger });
  }

  /** A session beside the service's; ended by the caller. */
  async session(): Promise<Client> {
    const client = new Client({ connectionString: this.url, application_name: 'test' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Cuts every connection of the service. */
  async cutConnections(): Promise<void> {
    const client = await this.session();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name <> 'test' AND pid <> pg_backend_pid()
         AND backend_type = 'client backend'`,
    );
    await client.end();
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
