/** The benchmark's side of the service: REST on one side, receivers on the other. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where the service answers, and as whom to call. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
}

/** Calls the API. @throws Error for anything but a success. */
export async function call<T>(target: Target, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${target.url}/v1${path}`, {
    method,
    headers: { 'x-api-key': target.apiKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** A receiver that notes when each delivery was first accepted by it. */
export interface TimedReceiver {
  readonly url: string;
  /** Milliseconds of `performance.now()`, by `webhook-id`. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** From now on, answer so. */
  answer(status: number): void;
  close(): void;
}

/** Starts a receiver on loopback that answers after `delayMs`. */
export async function startTimedReceiver({ status = 200, delayMs = 0 } = {}): Promise<TimedReceiver> {
  const arrivals = new Map<string, number>();
  let answer = status;
  const server = createServer((request, response) => {
    const id = String(request.headers['webhook-id']);
    if (answer === 200 && !arrivals.has(id)) arrivals.set(id, performance.now());
    const now = answer;
    request.resume().on('end', () => setTimeout(() => response.writeHead(now).end(), delayMs));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    answer: (next) => {
      answer = next;
    },
    close,
  };
}
