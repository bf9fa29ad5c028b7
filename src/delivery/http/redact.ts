/** Redacts a request and its answer before they are stored: receivers may echo credentials. */
import { maskQueries } from '../../subscriptions/masked-url';
import { SHORTEST_SECRET } from '../../subscriptions/shortest-secret';
import type { BuiltRequest } from './request';
import { createScrubber, MARK } from './scrub';

/** Characters of an answer's body, and of each of its headers, that are kept. */
const KEPT = 4_096;
/** Characters in which secrets are looked for; what is cut before that keeps none either, whole or in half. */
const SCANNED = 4 * KEPT;
/** Headers of answers that hold credentials, by what their names end with. */
const SECRET_HEADERS =
  /(^|-)(authorization|authenticate|cookie|token|secret|password|api-?key|credentials?|session(-?id)?)$/;
/** Headers of answers that hold URLs: the secrets of others stand in these as ours do. */
const URL_HEADERS = new Set(['location', 'content-location', 'link', 'refresh']);

/** The request's headers, those hidden that hold what its subscription keeps secret. */
export function redactRequestHeaders({ headers, secretHeaders }: BuiltRequest): Record<string, string> {
  return { ...headers, ...Object.fromEntries(secretHeaders.map((name) => [name, MARK])) };
}

/** What is kept of an answer. */
export interface KeptAnswer {
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
}

/**
 * The answer's headers and body, with known secrets scrubbed and then cut, so that no half of a secret stays at the end. Shorter ones than
 * a secret may be are not looked for: an answer is full of them.
 */
export function redactAnswer({ headers, body }: KeptAnswer, secrets: readonly string[]): KeptAnswer {
  const scrub = createScrubber(secrets.filter(({ length }) => length >= SHORTEST_SECRET));
  // Without null characters, which the database stores none of: in UTF-16 that is not said to be it they part every two letters.
  const kept = (text: string, whole?: boolean): string =>
    scrub(text.slice(0, SCANNED).replaceAll('\0', ''), whole).slice(0, KEPT);
  const keptValue = (name: string, value: string): string => {
    if (SECRET_HEADERS.test(name)) return MARK;
    return URL_HEADERS.has(name) ? kept(maskQueries(value)) : kept(value);
  };
  return {
    headers:
      headers &&
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          kept(name, true),
          keptValue(name.toLowerCase(), value),
        ]),
      ),
    body: body === null ? null : kept(body),
  };
}
