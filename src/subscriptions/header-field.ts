/** The allowed names and values of headers that a subscription adds to its requests. */

/** RFC 9110 §5.6.2 */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII, with spaces inside only: those at the ends are stripped on the way (RFC 9110 §5.5). */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Headers that every request sets itself, or that govern the connection (RFC 9110 §7.6.1). */
const OWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'expect',
  'host',
  'keep-alive',
  'signature',
  'signature-input',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const OWN_PREFIXES = ['content-', 'webhook-', 'x-cpm-', 'proxy-'];

/** The code of what is wrong with a header's name, or undefined. */
export function headerNameProblem(name: string): 'invalid_header_name' | 'reserved_header' | undefined {
  if (!TOKEN.test(name)) return 'invalid_header_name';
  const lower = name.toLowerCase();
  if (OWN_HEADERS.has(lower) || OWN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return 'reserved_header';
  }
  return undefined;
}

/** The code of what is wrong with a header's value, or undefined. */
export function headerValueProblem(value: string): 'invalid_header_value' | undefined {
  return VALUE.test(value) ? undefined : 'invalid_header_value';
}
