/** PostgreSQL for the schema engine: Prisma's adapter, with two gaps closed that only migrations meet. */
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import { Pool, type QueryConfig, type QueryResult } from 'pg';

/** PostgreSQL's internal one-byte type `"char"`, used all over the system catalogue, and `text`. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** Opens connections for the engine and keeps count of them, because the engine never closes any. */
export class MigrationAdapterFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  private readonly pools: Pool[] = [];

  constructor(private readonly databaseUrl: string) {}

  connect(): Promise<SqlDriverAdapter> {
    return this.open(this.databaseUrl);
  }

  /** An empty database beside the real one, on which the engine replays migrations to compare. */
  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    const server = await this.connect();
    await server.executeScript(`create database "${name}"`);
    const url = new URL(this.databaseUrl);
    url.pathname = `/${name}`;
    const shadow = await this.open(url.href);
    return derive(shadow, {
      dispose: () => server.executeScript(`drop database "${name}" with (force)`),
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.splice(0).map((pool) => pool.end()));
  }

  private async open(connectionString: string): Promise<SqlDriverAdapter> {
    const pool = new Pool({ connectionString, max: 2 });
    this.pools.push(pool);
    const adapter = await new PrismaPg(pool, { onPoolError: () => undefined }).connect();
    return derive(adapter, {
      queryRaw: (query: SqlQuery) =>
        withCharColumns(pool, (client) => derive(adapter, { client }).queryRaw(query)),
      // The adapter's own version splits at every semicolon, inside functions and strings too. Sent whole, the
      // script is parsed by PostgreSQL and is one transaction, as with Prisma's native engine.
      executeScript: async (sql: string): Promise<void> => {
        await adapter.executeRaw({ sql, args: [], argTypes: [] });
      },
    });
  }
}

/** What the adapter calls on its connection pool to run a query. */
interface QueryClient {
  query(config: QueryConfig): Promise<QueryResult>;
}

/** The object as it is, but for some members. */
function derive<T extends object, M extends object>(base: T, members: M): T & M {
  return Object.assign(Object.create(base) as T, members);
}

/** The adapter refuses `"char"` columns, yet describing a schema reads many: it sees text, the engine characters. */
async function withCharColumns(
  pool: Pool,
  run: (client: QueryClient) => Promise<SqlResultSet>,
): Promise<SqlResultSet> {
  const charColumns = new Set<number>();
  const result = await run({
    query: async (config) => {
      const answer: QueryResult = await pool.query(config);
      answer.fields.forEach((field, column) => {
        if (field.dataTypeID !== CHAR_OID) return;
        field.dataTypeID = TEXT_OID;
        charColumns.add(column);
      });
      return answer;
    },
  });
  const columnTypes = result.columnTypes.map((type, column) =>
    charColumns.has(column) ? ColumnTypeEnum.Character : type,
  );
  return { ...result, columnTypes };
}
