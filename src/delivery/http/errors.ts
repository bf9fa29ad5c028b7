/** Describes why a request failed, without any content of the request or the answer. */
import { joinReasons, reasonText, type PlainReason } from '../../platform/reasons';

/** What goes wrong between request and answer without an error code of the system or of Node. */
const EXCHANGE_ERRORS = {
  CLOSED_WITHOUT_ANSWER: 'closed_without_answer',
  CLOSED_IN_HANDSHAKE: 'closed_in_handshake',
  ANSWER_CUT_OFF: 'answer_cut_off',
  CONTRADICTORY_LENGTHS: 'answer_contradictory_lengths',
  UNASKED_UPGRADE: 'unasked_upgrade',
} as const satisfies Record<string, PlainReason>;

/** A failed exchange that has no error code of the system or of Node. */
export class ExchangeError extends Error {
  constructor(readonly code: keyof typeof EXCHANGE_ERRORS) {
    super(reasonText(EXCHANGE_ERRORS[code]));
    this.name = 'ExchangeError';
  }
}

const REASONS: Readonly<Record<string, PlainReason>> = {
  ...EXCHANGE_ERRORS,
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'closed_before_request',
  ENOTFOUND: 'host_not_found',
  ENODATA: 'host_without_address',
  EAI_AGAIN: 'name_server_silent',
  EADDRNOTAVAIL: 'no_local_address',
  EHOSTUNREACH: 'host_unreachable',
  EHOSTDOWN: 'host_unreachable',
  ENETUNREACH: 'network_unreachable',
  ETIMEDOUT: 'connection_timed_out',
  HPE_HEADER_OVERFLOW: 'answer_headers_too_large',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'answer_several_lengths',
  HPE_INVALID_CONTENT_LENGTH: 'answer_invalid_length',
  HPE_INVALID_CHUNK_SIZE: 'answer_invalid_chunks',
  HPE_STRICT: 'answer_invalid_chunks',
  ERR_INVALID_CHAR: 'header_not_allowed',
  TARGET_NOT_ALLOWED: 'target_not_public',
  HTTPS_REQUIRED: 'https_required',
  PROXY_REFUSED: 'proxy_refused',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'client_certificate_wanted',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'client_certificate_refused',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'client_certificate_refused',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: 'client_certificate_refused',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'client_certificate_refused',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'client_certificate_refused',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'client_certificate_refused',
  EPROTO: 'handshake_failed',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no_tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls_too_old',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls_too_old',
  CERT_HAS_EXPIRED: 'certificate_expired',
  CERT_NOT_YET_VALID: 'certificate_not_yet_valid',
  CERT_REVOKED: 'certificate_revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_self_signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'chain_self_signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'authority_unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'chain_incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'issuer_unknown',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_of_other_host',
};

/** What is found before anything is sent. */
const UNSENT: ReadonlySet<PlainReason> = new Set(['header_not_allowed', 'https_required']);

function words(code: string): string | undefined {
  const reason = REASONS[code];
  if (reason === undefined) return undefined;
  return UNSENT.has(reason) ? notSent(reasonText(reason)) : reasonText(reason);
}

/** Says that nothing was sent, and why. */
export function notSent(why: string): string {
  return joinReasons(reasonText('not_sent'), why);
}

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
    return REASONS[code] === 'client_certificate_refused' ? 'client_certificate' : FAILURE_OF[code];
  });
  return failures.find((failure) => failure !== undefined) ?? 'other';
}

/** Errors of this machine, or of the way out of it, whatever the endpoint does. */
const OWN_TROUBLE: Readonly<Record<string, PlainReason>> = {
  EMFILE: 'process_files',
  ENFILE: 'machine_files',
  ENOBUFS: 'machine_memory',
  ENOMEM: 'machine_memory',
  PROXY_UNREACHABLE: 'proxy_unreachable',
  PROXY_UNAUTHENTICATED: 'proxy_credentials',
};

/** Describes an error that is no fault of the endpoint; undefined for every other (rule `our-trouble-spends-no-attempt`). */
export function describeOwnTrouble(error: unknown): string | undefined {
  const [first, ...others] = codesOf(error).map((code) => OWN_TROUBLE[code]);
  if (first === undefined || others.includes(undefined)) return undefined;
  return reasonText(first);
}

/** Describes a failed request by its error codes alone: messages of libraries may quote URLs and headers. */
export function describeRequestError(error: unknown): string {
  const codes = codesOf(error);
  const known = [...new Set(codes.flatMap((code) => words(code) ?? []))];
  // One for each address of the host that was tried.
  if (known.length > 0) return joinReasons(...known);
  const [code] = codes;
  if (code?.startsWith('HPE_')) return reasonText('answer_invalid');
  return code === undefined ? reasonText('request_failed') : reasonText('request_failed_with', { code });
}

/** The codes of an error: of what failed for each address, else its own, else that of its cause. Causes may form a circle. */
function codesOf(error: unknown, seen: ReadonlySet<unknown> = new Set()): string[] {
  if (typeof error !== 'object' || error === null || seen.has(error)) return [];
  const path = new Set([...seen, error]);
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const parts = Array.isArray(errors) ? errors.flatMap((one) => codesOf(one, path)) : [];
  if (parts.length > 0) return parts;
  const inner = codesOf(cause, path);
  if (inner.some((one) => one in REASONS || one in OWN_TROUBLE)) return inner;
  return typeof code === 'string' ? [code] : inner;
}
