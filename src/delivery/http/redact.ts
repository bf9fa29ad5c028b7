/** Redacts a request and its answer before they are stored: receivers may echo credentials. */
import { SHORTEST_SECRET } from '../../subscriptions/shortest-secret';
import type { PostOutcome } from './post';
import type { BuiltRequest } from './request';
import { createScrubber, MARK } from './scrub';

/** Characters of an answer's body, and of each of its headers, that are kept. */
const KEPT = 4_096;
/** Characters in which secrets are looked for; what is cut before that keeps none either, whole or in half. */
const SCANNED = 4 * KEPT;
/** Headers of answers that hold credentials. */
const SECRET_HEADERS = new Set(['set-cookie', 'authorization', 'proxy-authorization', 'www-authenticate']);

/** The request's headers, those hidden that hold what its subscription keeps secret. */
export function redactRequestHeaders({ headers, secretHeaders }: BuiltRequest): Record<string, string> {
  return { ...headers, ...Object.fromEntries(secretHeaders.map((name) => [name, MARK])) };
}

/**
 * The answer's headers and body, with known secrets scrubbed and then cut, so that no half of a secret stays at the end. Shorter ones than
 * a secret may be are not looked for: an answer is full of them.
 */
export function redactAnswer(
  outcome: PostOutcome,
  secrets: readonly string[],
): { headers: Record<string, string> | null; body: string | null } {
  const scrub = createScrubber(secrets.filter(({ length }) => length >= SHORTEST_SECRET));
  const kept = (text: string): string => scrub(text.slice(0, SCANNED)).slice(0, KEPT);
  const { responseHeaders: headers, responseBody: body } = outcome;
  return {
    headers:
      headers &&
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          kept(name),
          SECRET_HEADERS.has(name) ? MARK : kept(value),
        ]),
      ),
    body: body === null ? null : kept(body).replaceAll('\0', ''),
  };
}
