/** Describes why a request failed, without any content of the request or the answer. */

/** What goes wrong between request and answer without an error code of the system or of Node. */
const EXCHANGE_ERRORS = {
  CLOSED_WITHOUT_ANSWER: 'connection closed by the endpoint without an answer',
  CLOSED_IN_HANDSHAKE: 'connection closed by the endpoint during the TLS handshake',
  ANSWER_CUT_OFF: 'the answer was cut off: connection closed by the endpoint before its end',
  CONTRADICTORY_LENGTHS:
    'the answer has both Content-Length and Transfer-Encoding, which HTTP does not allow: its end is unknown',
  UNASKED_UPGRADE: 'the endpoint switched to another protocol without being asked to',
} as const;

/** A failed exchange that has no error code of the system or of Node. */
export class ExchangeError extends Error {
  constructor(readonly code: keyof typeof EXCHANGE_ERRORS) {
    super(EXCHANGE_ERRORS[code]);
    this.name = 'ExchangeError';
  }
}

const REFUSED_CERTIFICATE = 'the endpoint refuses the client certificate';

const WORDS: Readonly<Record<string, string>> = {
  ...EXCHANGE_ERRORS,
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the endpoint',
  EPIPE: 'connection closed by the endpoint before it took the whole request',
  ENOTFOUND: 'host name not found',
  ENODATA: 'host name has no address',
  EAI_AGAIN: 'host name could not be resolved: the name server did not answer',
  EADDRNOTAVAIL: 'no address or port of this machine to connect from',
  EHOSTUNREACH: 'host unreachable',
  EHOSTDOWN: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  HPE_HEADER_OVERFLOW: "the answer's headers are too large",
  HPE_UNEXPECTED_CONTENT_LENGTH: 'the answer has more than one Content-Length',
  HPE_INVALID_CONTENT_LENGTH: "the answer's Content-Length is not a number",
  HPE_INVALID_CHUNK_SIZE: "the answer's chunks are not valid HTTP",
  HPE_STRICT: "the answer's chunks are not valid HTTP",
  ERR_INVALID_CHAR: 'not sent: a header holds a character that HTTP does not allow',
  TARGET_NOT_ALLOWED:
    'the address of the endpoint is not a public one (CPM_ALLOWED_TARGETS does not name it)',
  HTTPS_REQUIRED: 'not sent: the URL of the endpoint is not https (CPM_ALLOW_PRIVATE_TARGETS is false)',
  PROXY_REFUSED: 'the egress proxy did not connect to the endpoint',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the endpoint asks for a client certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: REFUSED_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: REFUSED_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: REFUSED_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: REFUSED_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: REFUSED_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: REFUSED_CERTIFICATE,
  EPROTO: 'the TLS handshake failed; the endpoint may not speak TLS on this port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the endpoint does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the endpoint does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the endpoint offers no TLS version that is still safe',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the endpoint offers no TLS version that is still safe',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  CERT_NOT_YET_VALID: 'the TLS certificate is not valid yet',
  CERT_REVOKED: 'the TLS certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate chain holds a self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the TLS certificate could not be verified: its authority is not known here, or the endpoint must send its intermediate certificates',
  UNABLE_TO_GET_ISSUER_CERT:
    'the TLS certificate could not be verified: a certificate of its chain is missing',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the TLS certificate could not be verified: its issuer is not known here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host name',
};

/** What a failure is, for programs and for readers of another language. What was answered, the status code says. */
export const FAILURES = [
  'answered',
  'redirect',
  'timeout',
  'name_not_found',
  'name_server',
  'connection_refused',
  'unreachable',
  'connection_closed',
  'certificate_expired',
  'certificate_of_other_host',
  'certificate_untrusted',
  'certificate_invalid',
  'client_certificate',
  'no_tls',
  'tls',
  'invalid_answer',
  'private_address',
  'https_required',
  'no_access_token',
  'own_trouble',
  'other',
] as const;
export type Failure = (typeof FAILURES)[number];

const FAILURE_OF: Readonly<Record<string, Failure>> = {
  CLOSED_WITHOUT_ANSWER: 'connection_closed',
  CLOSED_IN_HANDSHAKE: 'tls',
  ANSWER_CUT_OFF: 'connection_closed',
  CONTRADICTORY_LENGTHS: 'invalid_answer',
  UNASKED_UPGRADE: 'invalid_answer',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_closed',
  EPIPE: 'connection_closed',
  ENOTFOUND: 'name_not_found',
  ENODATA: 'name_not_found',
  EAI_AGAIN: 'name_server',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
  TARGET_NOT_ALLOWED: 'private_address',
  HTTPS_REQUIRED: 'https_required',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'client_certificate',
  EPROTO: 'tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no_tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls',
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_invalid',
  CERT_REVOKED: 'certificate_invalid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate_untrusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_of_other_host',
};

/** What a failed request came to; of several addresses of the host, what the first did. */
export function failureOf(error: unknown): Failure {
  const failures = codesOf(error).map((code): Failure | undefined => {
    if (code.startsWith('HPE_')) return 'invalid_answer';
    return WORDS[code] === REFUSED_CERTIFICATE ? 'client_certificate' : FAILURE_OF[code];
  });
  return failures.find((failure) => failure !== undefined) ?? 'other';
}

/** Errors of this machine, or of the way out of it, whatever the endpoint does. */
const OWN_TROUBLE: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
  ENOBUFS: 'this machine has no memory left for connections',
  ENOMEM: 'this machine has no memory left for connections',
  PROXY_UNREACHABLE: 'the egress proxy could not be reached (CPM_EGRESS_PROXY)',
  PROXY_UNAUTHENTICATED: 'the egress proxy does not accept its credentials (CPM_EGRESS_PROXY)',
};

/** Describes an error that is no fault of the endpoint; undefined for every other (rule `our-trouble-spends-no-attempt`). */
export function describeOwnTrouble(error: unknown): string | undefined {
  const words = codesOf(error).map((code) => OWN_TROUBLE[code]);
  return words.every((word) => word !== undefined) ? words[0] : undefined;
}

/** Describes a failed request by its error codes alone: messages of libraries may quote URLs and headers. */
export function describeRequestError(error: unknown): string {
  const codes = codesOf(error);
  const known = [...new Set(codes.flatMap((code) => WORDS[code] ?? []))];
  // One for each address of the host that was tried.
  if (known.length > 0) return known.join('; ');
  const [code] = codes;
  if (code?.startsWith('HPE_')) return 'the answer is not valid HTTP';
  return code === undefined ? 'request failed' : `request failed (${code})`;
}

/** The codes of an error: of what failed for each address, else its own, else that of its cause. Causes may form a circle. */
function codesOf(error: unknown, seen: ReadonlySet<unknown> = new Set()): string[] {
  if (typeof error !== 'object' || error === null || seen.has(error)) return [];
  const path = new Set([...seen, error]);
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const parts = Array.isArray(errors) ? errors.flatMap((one) => codesOf(one, path)) : [];
  if (parts.length > 0) return parts;
  const inner = codesOf(cause, path);
  if (inner.some((one) => one in WORDS || one in OWN_TROUBLE)) return inner;
  return typeof code === 'string' ? [code] : inner;
}
