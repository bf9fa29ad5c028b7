/** For whatever speaks Fetch: Workers, Next.js, Deno, Bun, Hono, SvelteKit and others. */
import type { Receiver } from './receiver.ts';
import { readBytes, TooLargeError } from './request.ts';

/**
 * A handler from `Request` to `Response`.
 * @example
 * export const POST = fetchHandler(receiver); // Next.js
 * export default { fetch: fetchHandler(receiver) }; // Workers, Bun
 * Deno.serve(fetchHandler(receiver));
 */
export function fetchHandler(receiver: Receiver): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    try {
      const { headers, body } = request;
      const { status } = await receiver.receive({
        headers,
        body: body ? await readBytes(chunksOf(body)) : '',
      });
      return new Response(null, { status });
    } catch (error) {
      if (error instanceof TooLargeError) return new Response(null, { status: 413 });
      throw error;
    }
  };
}

/** Not all runtimes can iterate over a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
