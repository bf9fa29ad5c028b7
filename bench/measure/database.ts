/** What PostgreSQL counts: statements and synchronisations of its write-ahead log. */
import { Client } from 'pg';

/** Server settings that the counting needs. */
export const COUNTING_SETTINGS = { shared_preload_libraries: 'pg_stat_statements' } as const;

/** Totals since the database was created. */
export interface DatabaseCounts {
  /** Statements that clients sent, `BEGIN` and `COMMIT` among them (extension pg_stat_statements): each is a round trip. */
  readonly statements: number;
  /** Times that the log was forced to disk (view pg_stat_io). A session reports its own with a delay of up to a second. */
  readonly walSyncs: number;
}

/** A session that reads the counts; they hold one statement of its own for each reading. */
export class DatabaseCounter {
  private constructor(private readonly client: Client) {}

  static async connect(databaseUrl: string): Promise<DatabaseCounter> {
    const client = new Client({ connectionString: databaseUrl });
    // The server is stopped while this is connected where a run ends early; those who wait for a query then hear of it.
    client.on('error', () => undefined);
    await client.connect();
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    return new DatabaseCounter(client);
  }

  async read(): Promise<DatabaseCounts> {
    const { rows } = await this.client.query<{ statements: string; walSyncs: string }>(
      `SELECT (SELECT sum(calls) FROM pg_stat_statements) AS "statements",
              (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal') AS "walSyncs"`,
    );
    return { statements: Number(rows[0]?.statements), walSyncs: Number(rows[0]?.walSyncs) };
  }

  async version(): Promise<string> {
    const { rows } = await this.client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
