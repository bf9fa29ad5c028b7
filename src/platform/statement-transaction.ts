/**
 * Transactions of statements straight through node-postgres, on the pool and under the statement names of the Prisma client.
 * For what every change runs: Prisma's interactive transactions cost the API more than anything else that is in it.
 */
import { type PoolClient, type QueryConfig, type QueryResult } from 'pg';
import { Prisma, type Database } from './database';
import type { JoinedBeginClient } from './joined-begin';
import { withoutContent } from './statements';

/** SQL as a tagged template, or put together by `Prisma.sql`. */
type Statement = readonly [query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]];

/**
 * What a running transaction runs its statements by. Prisma's transactions and its client have the same, so what takes this
 * works with either; only a BIGINT or a NUMERIC has to be cast, since the two disagree in what they make of it.
 */
export interface StatementTx {
  /** Answers with the rows. */
  $queryRaw<Rows = unknown>(...statement: Statement): Promise<Rows>;
  /** Answers with how many rows were altered. */
  $executeRaw(...statement: Statement): Promise<number>;
}

/** No statement begins once a transaction has lasted so long: its locks must not outlive its caller. Milliseconds. */
const LONGEST_MS = 20_000;

/** Runs work in a transaction (READ COMMITTED). It has committed when this resolves, and is rolled back where this rejects. */
export async function inTransaction<T>(
  { pool, nameOf }: Database,
  work: (tx: StatementTx) => Promise<T>,
): Promise<T> {
  const client = (await pool.connect()) as PoolClient & JoinedBeginClient;
  const tx = new Transaction(client, nameOf);
  try {
    const result = await work(tx);
    await tx.commit();
    client.release();
    return result;
  } catch (error) {
    // A connection that can't roll back is given up; the database rolls back then.
    await tx.rollback().then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}

/**
 * Runs a statement whose result nobody needs. A transaction of {@link inTransaction} holds it back and sends it together with
 * its next statement, or with the COMMIT: a round trip less. Where it fails, it is that one which rejects.
 */
export async function executeBehind(tx: StatementTx, statement: Prisma.Sql): Promise<void> {
  if (tx instanceof Transaction) await tx.executeBehind(statement);
  else await tx.$executeRaw(statement);
}

/**
 * Runs two statements that have rows, the second once the first is over, so that it sees what that one has waited for. A
 * transaction of {@link inTransaction} sends both at once: a round trip for the two. The first is a SELECT where the
 * transaction begins with it.
 */
export async function queryInTurn<First, Second>(
  tx: StatementTx,
  first: Prisma.Sql,
  second: Prisma.Sql,
): Promise<[First, Second]> {
  if (tx instanceof Transaction) return tx.queryInTurn<First, Second>(first, second);
  return [await tx.$queryRaw<First>(first), await tx.$queryRaw<Second>(second)];
}

class Transaction implements StatementTx {
  private readonly until = performance.now() + LONGEST_MS;
  private heldBack: QueryConfig[] = [];
  private state: 'due' | 'begun' | 'over' = 'due';

  constructor(
    private readonly client: JoinedBeginClient,
    private readonly nameOf: Database['nameOf'],
  ) {}

  async $queryRaw<Rows>(...statement: Statement): Promise<Rows> {
    const [{ rows }] = await this.send(this.queryOf(statement));
    return rows as Rows;
  }

  async $executeRaw(...statement: Statement): Promise<number> {
    const [{ rowCount }] = await this.send(this.queryOf(statement));
    return rowCount ?? 0;
  }

  async queryInTurn<First, Second>(first: Prisma.Sql, second: Prisma.Sql): Promise<[First, Second]> {
    const [one, other] = await this.send(this.queryOf([first]), this.queryOf([second]));
    return [one.rows as First, other.rows as Second];
  }

  async executeBehind(statement: Prisma.Sql): Promise<void> {
    const query = this.queryOf([statement]);
    if (this.state === 'begun') this.heldBack.push(query);
    else await this.send(query); // nothing but a SELECT travels with the BEGIN
  }

  async commit(): Promise<void> {
    if (this.state !== 'begun') return;
    const [{ command }] = await this.send({ text: 'COMMIT' });
    this.state = 'over';
    // So PostgreSQL answers when a statement has failed, whatever became of its error.
    if (command === 'ROLLBACK') throw new Error('a transaction with a failed statement can not commit');
  }

  async rollback(): Promise<void> {
    if (this.state === 'begun') await this.client.atOnce([{ text: 'ROLLBACK' }]);
  }

  /** Sends queries behind what was held back, and answers with their results. */
  private async send<Queries extends readonly QueryConfig[]>(
    ...due: Queries
  ): Promise<{ [query in keyof Queries]: QueryResult }> {
    if (performance.now() > this.until) throw new TransactionExpired();
    if (this.state === 'due') void this.client.query('BEGIN'); // which the client keeps back for the query
    this.state = 'begun';
    const queries = [...this.heldBack, ...due];
    this.heldBack = [];
    try {
      const results = await this.client.atOnce(queries);
      return results.slice(-due.length) as { [query in keyof Queries]: QueryResult };
    } catch (error) {
      throw withoutContent(error);
    }
  }

  private queryOf([first, ...values]: Statement): QueryConfig {
    const statement = first instanceof Prisma.Sql ? first : Prisma.sql(first, ...values);
    const { text } = statement;
    return { name: this.nameOf(text, statement.values.length), text, values: statement.values };
  }
}

/** In the way of node-postgres: it is told by its code. */
class TransactionExpired extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('the transaction has lasted too long');
  }
}
