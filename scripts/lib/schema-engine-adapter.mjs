/** PostgreSQL for the schema engine: Prisma's adapter, with two gaps closed that only the schema engine meets. */
import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** PostgreSQL's internal one-byte type `"char"`, used all over the system catalogue, and `text`. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** Opens connections for the engine and keeps count of them, because the engine never closes any. */
export class SchemaEngineAdapterFactory {
  provider = 'postgres';
  adapterName = '@prisma/adapter-pg';
  #databaseUrl;
  #pools = [];

  constructor(databaseUrl) {
    this.#databaseUrl = databaseUrl;
  }

  connect() {
    return this.#open(this.#databaseUrl);
  }

  /** An empty database beside the real one, on which the engine replays migrations to compare. */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    const server = await this.connect();
    await server.executeScript(`create database "${name}"`);
    const url = new URL(this.#databaseUrl);
    url.pathname = `/${name}`;
    const shadow = await this.#open(url.href);
    return derive(shadow, { dispose: () => server.executeScript(`drop database "${name}" with (force)`) });
  }

  async close() {
    await Promise.all(this.#pools.splice(0).map((pool) => pool.end()));
  }

  async #open(connectionString) {
    const pool = new pg.Pool({ connectionString, max: 2 });
    this.#pools.push(pool);
    const adapter = await new PrismaPg(pool, { onPoolError: () => undefined }).connect();
    return derive(adapter, {
      queryRaw: (query) => withCharColumns(pool, (client) => derive(adapter, { client }).queryRaw(query)),
      // The adapter's own version splits at every semicolon, inside functions and strings too. Sent whole, the
      // script is parsed by PostgreSQL and is one transaction, as with Prisma's native engine.
      executeScript: async (sql) => {
        await adapter.executeRaw({ sql, args: [], argTypes: [] });
      },
    });
  }
}

/** The object as it is, but for some members. */
const derive = (base, members) => Object.assign(Object.create(base), members);

/** The adapter refuses `"char"` columns, yet describing a schema reads many: it sees text, the engine characters. */
async function withCharColumns(pool, run) {
  const charColumns = new Set();
  const result = await run({
    query: async (config) => {
      const answer = await pool.query(config);
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
