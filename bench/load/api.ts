/** Calls of the REST API, as any caller makes them. */
import { Pool } from 'undici';

/** Where the API answers, and as whom to call it. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/** More than any scenario has requests in flight, so that none waits for a connection. */
const CONNECTIONS = 512;

/** A caller that keeps its connections. */
export class Api {
  private readonly pool: Pool;
  private readonly headers: Record<string, string>;

  constructor({ url, apiKey }: Target) {
    this.pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
    this.headers = { 'x-api-key': apiKey, 'content-type': 'application/json' };
  }

  /** @throws Error for anything but a success. */
  async call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH', route: string, body?: unknown): Promise<T> {
    const answer = await this.pool.request({
      ...{ method, path: `/v1${route}`, headers: this.headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${route}: ${answer.statusCode} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Requests that are still in flight are cut off. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
