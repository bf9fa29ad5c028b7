/** A database client whose statements are steps, each of them: also those within a transaction, and its COMMIT. */
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { openDatabase, type Database } from '../../../src/platform/database';
import { forever, type Life } from './life';
import type { Steps } from './steps';

/** Who uses the client just now. */
export interface User {
  readonly life: Life;
  readonly steps: Steps;
}

type Query = (...given: unknown[]) => Promise<unknown>;

/** In the words of node-postgres. */
export const CONNECTION_LOST = 'Connection terminated unexpectedly';

/** A client for many histories, one after the other. */
export class StepwiseDatabase {
  readonly db: Database;
  private user: User | undefined;
  private open = 0;
  private answersToLose = 0;

  /** @param shared whose connections it uses, as others do: each of them plans every statement once, which is dear */
  constructor(url: string, shared: Pool) {
    this.db = openDatabase(url);
    const connect = shared.connect.bind(shared) as (callback?: unknown) => Promise<PoolClient>;
    const query = shared.query.bind(shared) as Query;
    Object.assign(this.db.pool, {
      // Each has a connection of its own.
      query: (...given: unknown[]) =>
        inTurn(this.user, {}, textOf(given[0]), () => this.answered(query(...named(given)))),
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
      const send = (): Promise<unknown> => (client.query as unknown as Query).apply(client, named(given));
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

const names = new Map<string, string>();

/** Each client names its statements for itself; on connections that several use, a text has one name. */
function named([first, ...others]: readonly unknown[]): unknown[] {
  const { name, text } = first as QueryConfig;
  if (!name) return [first, ...others];
  const shared = names.get(text) ?? `s${names.size}`;
  names.set(text, shared);
  return [{ ...(first as QueryConfig), name: shared }, ...others];
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : (query as QueryConfig).text;
}

/** The beginning of a statement. */
function labelOf(text: string): string {
  return text.slice(0, 300).replace(/\s+/g, ' ').trim().slice(0, 70);
}
