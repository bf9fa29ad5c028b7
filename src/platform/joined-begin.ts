/** Connections that send the BEGIN of a transaction together with its first statement, and others at once where they are told. */
import { Client, type ClientConfig, type QueryConfig, type QueryResult } from 'pg';

type Send = (...given: unknown[]) => Promise<QueryResult>;

/** The parameters of a new session, which the types of pg leave out. */
const { getStartupConf: pgStartup } = Client.prototype as unknown as {
  getStartupConf: (this: Client) => Record<string, string>;
};

/** The answer to what was not sent. */
const NOTHING: QueryResult = { command: '', rowCount: null, oid: 0, fields: [], rows: [] };

/**
 * A client that keeps a BEGIN back until the statement after it, and then writes both at once. Give its class to the pool.
 *
 * Only a SELECT travels with its BEGIN: should the BEGIN fail (somebody cancels it), the SELECT runs outside of any
 * transaction, and then nothing is changed by it; the caller gets the error of the BEGIN. Every other statement waits for
 * its BEGIN. A transaction without a statement costs nothing.
 */
export class JoinedBeginClient extends Client {
  private beginIsDue = false;

  constructor(config?: string | ClientConfig) {
    // Without a pipeline, pg sends the second statement only after the answer to the first.
    super({ ...(typeof config === 'string' ? { connectionString: config } : config), pipeline: true });
  }

  /**
   * What the session begins with. Its zone is a parameter of its own: the adapter reads and writes times without one, and every
   * pooler keeps this parameter, as it does not keep `options`.
   */
  getStartupConf(): Record<string, string> {
    return { ...pgStartup.call(this), TimeZone: 'UTC' };
  }

  override query(...given: unknown[]): never {
    return this.inOrder(given) as never;
  }

  /**
   * Writes queries with one system call and awaits all answers: one round trip. Each is answered, whatever becomes of the ones
   * before. Where a BEGIN is due, the first of several is a SELECT.
   */
  async atOnce(queries: readonly QueryConfig[]): Promise<QueryResult[]> {
    const send = (query: QueryConfig): Promise<QueryResult> => this.inOrder([query]) as Promise<QueryResult>;
    const [only, ...others] = queries;
    if (only && others.length === 0) return [await send(only)];
    const answers = this.corked(() => queries.map(send));
    // A failed one is the caller's to know of only once the connection is free again.
    await Promise.allSettled(answers);
    return Promise.all(answers);
  }

  private inOrder(given: unknown[]): unknown {
    const send = super.query.bind(this) as Send;
    const text = textOf(given[0]);
    if (text === 'BEGIN') {
      this.beginIsDue = true;
      return Promise.resolve(NOTHING);
    }
    if (!this.beginIsDue) return send(...given);
    this.beginIsDue = false;
    if (text === 'COMMIT' || text === 'ROLLBACK') return Promise.resolve(NOTHING);
    if (!/^\s*SELECT\b/.test(text)) return send('BEGIN').then(() => send(...given));
    return this.together(send, given);
  }

  private together(send: Send, given: unknown[]): Promise<QueryResult> {
    return this.corked(() => Promise.all([send('BEGIN'), send(...given)])).then(([, result]) => result);
  }

  private corked<T>(write: () => T): T {
    const { stream } = this.connection;
    stream.cork();
    try {
      return write();
    } finally {
      stream.uncork();
    }
  }
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : (query as QueryConfig).text;
}
