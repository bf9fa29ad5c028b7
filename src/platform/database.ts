import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Prisma, PrismaClient } from '../../generated/prisma/client';
import { JoinedBeginClient } from './joined-begin';
import { createStatementNames, type NameStatement } from './statement-names';
import type { StatementTx } from './statement-transaction';

/** The Prisma client of a process, with what is under it (src/platform/statements.ts). */
export type Database = PrismaClient & { readonly pool: Pool; readonly nameOf: NameStatement };

/** A running transaction, or the client itself where a single statement is enough. */
export type Tx = Prisma.TransactionClient;

export { Prisma } from '../../generated/prisma/client';

/** How one process uses its connections. */
export interface DatabaseOptions {
  /** Most connections of the pool; default 20. */
  readonly maxConnections?: number;
  /**
   * Whether statements are prepared under names, which halves what PostgreSQL spends on them; default true. False behind a
   * pooler that hands a session on and does not know them.
   */
  readonly preparedStatements?: boolean;
}

/**
 * Opens a client on PostgreSQL. Connections are made on first use and again after a loss, so a restart of the
 * database needs no restart of the service.
 */
export function openDatabase(
  url: string,
  { maxConnections = 20, preparedStatements = true }: DatabaseOptions = {},
): Database {
  const pool = new Pool({
    Client: JoinedBeginClient,
    connectionString: url,
    max: maxConnections,
    // In a burst a caller waits for a free connection for as long; it is told 503 after that.
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // A statement that outlives this has lost its caller; locks must not outlive it (milliseconds).
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'cpm-webhooks',
  });
  // A connection that is cut just as it is handed out has no listener of the pool or of Prisma at that moment, and its
  // error would end the process. The user of the connection learns of the loss from its statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined); // of a connection that nobody uses: the pool makes another
  const nameOf = preparedStatements ? createStatementNames() : () => '';
  const adapter = new PrismaPg(pool, {
    disposeExternalPool: true,
    statementNameGenerator: ({ sql, args }) => nameOf(sql, args.length),
  });
  const client = new PrismaClient({ adapter, transactionOptions: { maxWait: 10_000, timeout: 20_000 } });
  return Object.assign(client, { pool, nameOf });
}

/** The database's clock, in milliseconds' precision: the one clock of `recordedAt` and of every comparison. */
export async function databaseNow(tx: StatementTx): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>(
    Prisma.sql`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
  );
  if (!row) throw new Error('the database did not tell its time');
  return row.now;
}
