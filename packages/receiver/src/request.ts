/** Headers as a framework has them: the object of Fetch, or a record with names in lower case, as in Node. */
export type GivenHeaders =
  { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it came. */
export interface ReceivedRequest {
  readonly headers: GivenHeaders;
  /** The very bytes, before anything parsed them; text where a platform gives no bytes. */
  readonly body: Uint8Array | string;
}

/** The value of a header; undefined where the request has none, or more than one. */
export function headerOf(headers: GivenHeaders, name: string): string | undefined {
  const value = typeof headers.get === 'function' ? headers.get(name) : (headers as Plain)[name];
  return typeof value === 'string' ? value : undefined;
}

type Plain = Readonly<Record<string, unknown>>;

/** Largest body that is read. Those of the service are well below. */
export const MOST_BYTES = 4 * 1024 * 1024;

/** A body is larger than {@link MOST_BYTES}. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';

  constructor() {
    super(`the body is larger than ${MOST_BYTES} bytes`);
  }
}

/** Reads a body to its end. @throws TooLargeError */
export async function readBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new TooLargeError();
    parts.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
