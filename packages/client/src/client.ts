/** The client. */
import { ProblemError } from './problem.ts';
import { sender, sleep, type AnyOptions, type ClientOptions } from './send.ts';
import type {
  AnswerOf,
  CallOptions,
  ChangeablePath,
  Given,
  ItemOf,
  JournalPage,
  ListPath,
  Method,
  Operation,
  OptionsOf,
  Page,
  PathOf,
} from './types.ts';

type Call<M extends Method> = <P extends PathOf<M>>(
  path: P,
  ...given: Given<Operation<M, P>>
) => Promise<AnswerOf<Operation<M, P>>>;

/** What the API holds, with the tag that names its state. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag: string;
}

export interface JournalOptions extends CallOptions {
  /** `nextCursor` of the last page that was handled. Without one, from the oldest entry that is kept. */
  readonly after?: string;
  /** Entries of a page at most. Default: 100. */
  readonly limit?: number;
  /** Asks again after so long when there is nothing new, until `signal` ends it. Default: ends there. Milliseconds. */
  readonly followEveryMs?: number;
}

/** Every method throws a {@link ProblemError} for what is no success, and an error of Fetch where there was no answer. */
export interface Client {
  readonly get: Call<'get'>;
  readonly post: Call<'post'>;
  readonly put: Call<'put'>;
  readonly patch: Call<'patch'>;
  readonly delete: Call<'delete'>;

  /**
   * All entries of a list, page by page, none twice or left out whatever is added meanwhile.
   * @example for await (const delivery of cpm.list('/v1/deliveries', { query: { undelivered: 'true' } })) …
   */
  list<P extends ListPath>(path: P, ...given: Given<Operation<'get', P>>): AsyncGenerator<ItemOf<P>, void>;

  /** As `get`, with the entity tag: give it to a write as `ifMatch`. */
  tagged<P extends PathOf<'get'>>(
    path: P,
    ...given: Given<Operation<'get', P>>
  ): Promise<Tagged<AnswerOf<Operation<'get', P>>>>;

  /**
   * Reads something, has it changed, and writes it, again where somebody else has written meanwhile, five times at most.
   * @param change makes the body of the write; undefined where nothing is to be changed
   * @returns what it is now
   * @example await cpm.change('patch', '/v1/subscriptions/{id}', { path: { id } }, ({ name }) => ({ name: `${name} (old)` }));
   */
  change<M extends 'put' | 'patch', P extends ChangeablePath<M>>(
    method: M,
    path: P,
    options: Pick<OptionsOf<Operation<'get', P>>, 'path' & keyof OptionsOf<Operation<'get', P>>> &
      CallOptions,
    change: (current: AnswerOf<Operation<'get', P>>) => WrittenOf<M, P> | undefined,
  ): Promise<AnswerOf<Operation<'get', P>> | AnswerOf<Operation<M, P>>>;

  /**
   * The journal of a subscription, page by page: store `nextCursor` once the entries of a page are handled, and begin with it the next time.
   * Where the cursor is too old (`cursor_too_old`), ask for a resync and begin without one.
   * @example for await (const { items, nextCursor } of cpm.journal(id, { after })) …
   */
  journal(subscriptionId: string, options?: JournalOptions): AsyncGenerator<JournalPage, void>;
}

type WrittenOf<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never;

const MOST_CHANGES = 5;

/**
 * A client of the REST API.
 * @example
 * const cpm = createClient({ url: 'https://cpm.example.com', apiKey: process.env.CPM_API_KEY });
 * const { changeId } = await cpm.post('/v1/permissions/transactions', { body });
 */
export function createClient(options: ClientOptions): Client {
  const send = sender(options);

  const call = async (method: Method, path: string, given?: AnyOptions): Promise<unknown> =>
    bodyOf(await send(method, path, given));
  const method = (name: Method) => (path: string, given?: AnyOptions) => call(name, path, given);

  async function tagged(path: string, given?: AnyOptions): Promise<Tagged<unknown>> {
    const response = await send('get', path, given);
    return { value: await bodyOf(response), etag: response.headers.get('etag') ?? '' };
  }

  async function* list(path: string, given: AnyOptions = {}): AsyncGenerator<unknown, void> {
    let { query } = given;
    for (;;) {
      const { items, nextCursor } = (await call('get', path, { ...given, query: query ?? {} })) as Page;
      yield* items;
      if (nextCursor === null) return;
      // A cursor takes the place of an offset.
      query = { ...given.query, offset: undefined, cursor: nextCursor };
    }
  }

  async function change(
    write: 'put' | 'patch',
    path: string,
    given: AnyOptions,
    make: (current: unknown) => unknown,
  ): Promise<unknown> {
    for (let i = 1; ; i++) {
      const { value, etag } = await tagged(path, given);
      const body = make(value);
      if (body === undefined) return value;
      try {
        return await call(write, path, { ...given, body, ifMatch: etag });
      } catch (error) {
        if (i >= MOST_CHANGES || !ProblemError.is(error, 'changed_meanwhile')) throw error;
      }
    }
  }

  async function* journal(
    id: string,
    { after, limit = 100, followEveryMs, ...given }: JournalOptions = {},
  ): AsyncGenerator<JournalPage, void> {
    for (let cursor = after; ;) {
      const query = { after: cursor, limit };
      const read = await call('get', '/v1/subscriptions/{id}/changes', { ...given, path: { id }, query });
      const page = read as JournalPage;
      yield page;
      cursor = page.nextCursor;
      if (page.hasMore) continue;
      if (followEveryMs === undefined) return;
      await sleep(followEveryMs, given.signal);
    }
  }

  // The types of the interface come from the document, and what is sent is the same for all.
  return {
    ...{ get: method('get'), post: method('post'), put: method('put'), patch: method('patch') },
    ...{ delete: method('delete'), list, tagged, change, journal },
  } as unknown as Client;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}
