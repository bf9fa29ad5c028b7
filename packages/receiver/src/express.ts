/** For Express 4 and 5, and the server of Node itself. */
import type { Receiver } from './receiver.ts';
import { readBytes, TooLargeError, type GivenHeaders } from './request.ts';

/** What is used of a request of Node; `body` where something has read it already. */
export interface NodeRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly headers: GivenHeaders;
  readonly body?: unknown;
}

/** What is used of a response of Node. */
export interface NodeResponse {
  statusCode: number;
  end(): unknown;
}

/**
 * A handler of Express, or a listener of `http.createServer`. It reads the body itself; `express.raw({ type: 'application/json' })` before it does
 * no harm. `express.json()` does: the bytes that were signed are gone then, so mount this before it.
 * @example
 * app.post('/webhooks', expressHandler(receiver));
 */
export function expressHandler(
  receiver: Receiver,
): (request: NodeRequest, response: NodeResponse, next?: (error?: unknown) => void) => Promise<void> {
  return async (request, response, next) => {
    try {
      response.statusCode = await answer(receiver, request);
      response.end();
    } catch (error) {
      if (next) return next(error);
      response.statusCode = 500;
      response.end();
    }
  };
}

async function answer(receiver: Receiver, request: NodeRequest): Promise<number> {
  if (request.method !== 'POST') return 405;
  try {
    const { headers } = request;
    return (await receiver.receive({ headers, body: await bodyOf(request) })).status;
  } catch (error) {
    if (error instanceof TooLargeError) return 413;
    throw error;
  }
}

function bodyOf(request: NodeRequest): Promise<Uint8Array> | Uint8Array | string {
  const { body } = request;
  if (body === undefined) return readBytes(request);
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new Error('The body was parsed before: mount the handler of webhooks before express.json().');
}
