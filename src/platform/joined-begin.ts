/** Connections that send the BEGIN of a transaction together with its first statement: one round trip less for each. */
import { Client, type ClientConfig, type QueryConfig, type QueryResult } from 'pg';

type Send = (...given: unknown[]) => Promise<QueryResult>;

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

  override query(...given: unknown[]): never {
    return this.inOrder(given) as never;
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
    const { stream } = this.connection;
    stream.cork();
    try {
      return Promise.all([send('BEGIN'), send(...given)]).then(([, result]) => result);
    } finally {
      stream.uncork();
    }
  }
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : (query as QueryConfig).text;
}
