/** Redacts a request and its answer before they are stored: receivers may echo credentials. */
import type { PostOutcome } from './post';

const MARK = '[redacted]';
/** Characters of an answer's body that are kept. */
const BODY_CAP = 4_096;
/** Headers of answers that hold credentials. */
const SECRET_HEADERS = new Set(['set-cookie', 'authorization', 'proxy-authorization', 'www-authenticate']);

/** The request's headers with the subscription's own credential hidden. */
export function redactRequestHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      secrets.some((secret) => value.includes(secret)) ? MARK : value,
    ]),
  );
}

/** A secret as an echo may spell it. */
function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inPath = encodeURIComponent(secret);
  const inForm = new URLSearchParams({ '': secret }).toString().slice(1);
  const inHtml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...[secret, inJson, JSON.stringify(inJson).slice(1, -1), inHtml, inHtml.replaceAll('"', '&quot;')],
    ...[inPath, inForm].flatMap((text) => [text, text.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase())]),
    Buffer.from(secret).toString('base64'),
  ];
}

/** The answer's headers and body, with known secrets scrubbed and the body cut. */
export function redactAnswer(
  outcome: PostOutcome,
  secrets: readonly string[],
): { headers: Record<string, string> | null; body: string | null } {
  // The longest first: one form may be a part of another.
  const forms = secrets.flatMap(formsOf).sort((one, other) => other.length - one.length);
  const scrub = (text: string): string => forms.reduce((rest, form) => rest.replaceAll(form, MARK), text);
  return {
    headers:
      outcome.responseHeaders &&
      Object.fromEntries(
        Object.entries(outcome.responseHeaders).map(([name, value]) => [
          name,
          SECRET_HEADERS.has(name) ? MARK : scrub(value),
        ]),
      ),
    // Scrubbed before it is cut, so that no half of a secret stays at the end.
    body:
      outcome.responseBody === null
        ? null
        : scrub(outcome.responseBody).slice(0, BODY_CAP).replaceAll('\0', ''),
  };
}
