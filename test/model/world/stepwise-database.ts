/** A database client whose statements are steps, each of them: also those within a transaction, and its COMMIT. */
import type { PoolClient, QueryConfig } from 'pg';
import { openDatabase, type Database } from '../../../src/platform/database';
import { forever, type Life } from './life';
import type { Steps } from './steps';

/** Who uses the client just now. */
export interface User {
  readonly life: Life;
  readonly steps: Steps;
}

type Query = (...given: unknown[]) => Promise<unknown>;

/** More than a history ever needs at once: who waits for one waits for no lock that could be seen. */
const MOST_CONNECTIONS = 50;

/** In the words of node-postgres. */
export const CONNECTION_LOST = 'Connection terminated unexpectedly';

/** A client for many histories, one after the other. */
export class StepwiseDatabase {
  readonly db: Database;
  private user: User | undefined;
  private open = 0;
  private answersToLose = 0;
  private readonly known = new Set<number>();

  constructor(url: string) {
    this.db = openDatabase(url, { maxConnections: MOST_CONNECTIONS });
    const { pool } = this.db;
    const connect = pool.connect.bind(pool) as (callback?: unknown) => Promise<PoolClient>;
    const query = pool.query.bind(pool) as Query;
    pool.on('connect', (client) => this.known.add(sessionOf(client)));
    pool.on('remove', (client) => this.known.delete(sessionOf(client)));
    Object.assign(pool, {
      // Each has a connection of its own.
      query: (...given: unknown[]) =>
        inTurn(this.user, {}, textOf(given[0]), () => this.answered(query(...given))),
      connect: (callback?: unknown) =>
        callback ? connect(callback) : this.opened(connect()).then((client) => this.transaction(client)),
    });
  }

  /** Whatever is asked from now on is asked by that user. */
  handTo(user: User | undefined): void {
    this.user = user;
    this.answersToLose = 0;
  }

  /** The connection of the next statement that is a transaction of its own dies before its answer comes. */
  loseAnswer(): void {
    this.answersToLose += 1;
  }

  /** Sessions of the server that it has, by their process ids. */
  get sessions(): readonly number[] {
    return [...this.known];
  }

  /** Transactions that hold a connection. */
  get transactions(): number {
    return this.open;
  }

  private async answered<T>(work: Promise<T>): Promise<T> {
    const answer = await work;
    if (this.answersToLose === 0) return answer;
    this.answersToLose -= 1;
    throw new Error(CONNECTION_LOST);
  }

  /** A connection may have to be made first: what waits for it goes on by itself. */
  private opened(connecting: Promise<PoolClient>): Promise<PoolClient> {
    return this.user?.steps.statement({}, connecting, false) ?? connecting;
  }

  /** A connection for one transaction. When its user dies, it is rolled back. */
  private transaction(client: PoolClient): PoolClient | Promise<PoolClient> {
    const { user } = this;
    if (user && !user.life.alive) {
      client.release();
      return forever();
    }
    this.open += 1;
    let held = true;
    const giveBack = (error?: Error | boolean): void => {
      if (!held) return;
      held = false;
      forget?.();
      this.open -= 1;
      client.release(error);
    };
    const forget = user?.life.atEnd(() => {
      void (user?.steps.statement(client, client.query('ROLLBACK'), true) ?? Promise.resolve()).finally(
        giveBack,
      );
    });
    const query: Query = (...given) => {
      const send = (): Promise<unknown> => (client.query as unknown as Query).apply(client, given);
      const text = textOf(given[0]);
      if (user && !user.life.alive) return forever();
      if (!user || text === 'BEGIN') return send();
      return text === 'ROLLBACK'
        ? user.steps.statement(client, send(), true)
        : inTurn(user, client, text, send);
    };
    const atOnce = (queries: readonly QueryConfig[]): Promise<unknown[]> => oneByOne(queries, query);
    return new Proxy(client, {
      get(target, name) {
        if (name === 'query') return query;
        if (name === 'atOnce') return atOnce;
        if (name === 'release') return giveBack;
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  }
}

/** What is sent at once is done in order all the same, and somebody else's statements may come between. */
async function oneByOne(queries: readonly QueryConfig[], query: Query): Promise<unknown[]> {
  const answers: PromiseSettledResult<unknown>[] = [];
  for (const each of queries) answers.push(...(await Promise.allSettled([query(each)])));
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  });
}

async function inTurn(
  user: User | undefined,
  session: object,
  text: string,
  send: () => Promise<unknown>,
): Promise<unknown> {
  if (!user) return send();
  await user.steps.turn(user.life, labelOf(text));
  return user.steps.statement(session, send(), text === 'COMMIT');
}

/** The process id of a client's session, which the types of pg leave out. */
const sessionOf = (client: PoolClient): number =>
  (client as unknown as { readonly processID: number }).processID;

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : (query as QueryConfig).text;
}

/** The beginning of a statement. */
function labelOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 70);
}
