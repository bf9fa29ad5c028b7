/**
 * Why something did not go as it should: why an attempt failed, why no access token is to be had, why a delivery was cancelled. What
 * is told is made of these texts and is read back from them, so each has a code for programs and for texts in other languages. They
 * follow the same promise as the codes of problem documents. `{name}` stands for a parameter; after a colon another text follows.
 *
 * A new code also needs a German text (web/src/i18n/de/reasons.ts) and types of the UI that know it (web/generate-api-types.mjs);
 * tests fail until it has them.
 */

/** What an endpoint has answered. */
const ANSWER_REASONS = {
  http_status: 'HTTP {status}',
  http_redirect:
    'HTTP {status}: redirects are not followed; set the URL to the address that answers with a 2xx itself',
  answer_late: 'no complete answer within {ms} ms',
  answer_without_end:
    'no complete answer within {ms} ms: it has no Content-Length, and the connection stayed open',
  answer_cut_off: 'the answer was cut off: connection closed by the endpoint before its end',
  answer_headers_too_large: "the answer's headers are too large",
  answer_contradictory_lengths:
    'the answer has both Content-Length and Transfer-Encoding, which HTTP does not allow: its end is unknown',
  answer_several_lengths: 'the answer has more than one Content-Length',
  answer_invalid_length: "the answer's Content-Length is not a number",
  answer_invalid_chunks: "the answer's chunks are not valid HTTP",
  answer_invalid: 'the answer is not valid HTTP',
  unasked_upgrade: 'the endpoint switched to another protocol without being asked to',
} as const;

/** What came in the way of a connection. */
const CONNECTION_REASONS = {
  closed_without_answer: 'connection closed by the endpoint without an answer',
  closed_in_handshake: 'connection closed by the endpoint during the TLS handshake',
  connection_refused: 'connection refused',
  connection_reset: 'connection reset by the endpoint',
  closed_before_request: 'connection closed by the endpoint before it took the whole request',
  host_not_found: 'host name not found',
  host_without_address: 'host name has no address',
  name_server_silent: 'host name could not be resolved: the name server did not answer',
  resolving_late: 'host name not resolved within {ms} ms',
  no_local_address: 'no address or port of this machine to connect from',
  host_unreachable: 'host unreachable',
  network_unreachable: 'network unreachable',
  connection_timed_out: 'connection timed out',
  connecting_late: 'no connection within {ms} ms',
  target_not_public: 'the address of the endpoint is not a public one (CPM_ALLOWED_TARGETS does not name it)',
  proxy_refused: 'the egress proxy did not connect to the endpoint',
  request_failed: 'request failed',
  request_failed_with: 'request failed ({code})',
} as const;

/** What came in the way of TLS. */
const TLS_REASONS = {
  handshake_late: 'no TLS connection within {ms} ms',
  client_certificate_wanted: 'the endpoint asks for a client certificate',
  client_certificate_refused: 'the endpoint refuses the client certificate',
  handshake_failed: 'the TLS handshake failed; the endpoint may not speak TLS on this port',
  no_tls: 'the endpoint does not speak TLS on this port',
  tls_too_old: 'the endpoint offers no TLS version that is still safe',
  certificate_expired: 'the TLS certificate has expired',
  certificate_not_yet_valid: 'the TLS certificate is not valid yet',
  certificate_revoked: 'the TLS certificate was revoked',
  certificate_self_signed: 'the TLS certificate is self-signed',
  chain_self_signed: 'the TLS certificate chain holds a self-signed certificate',
  authority_unknown:
    'the TLS certificate could not be verified: its authority is not known here, or the endpoint must send its intermediate certificates',
  chain_incomplete: 'the TLS certificate could not be verified: a certificate of its chain is missing',
  issuer_unknown: 'the TLS certificate could not be verified: its issuer is not known here',
  certificate_of_other_host: 'the TLS certificate is for another host name',
} as const;

/** Why nothing was sent, or a request was given up, for a reason of this service. */
const OWN_REASONS = {
  not_sent: 'not sent:',
  header_not_allowed: 'a header holds a character that HTTP does not allow',
  https_required: 'the URL of the endpoint is not https (CPM_ALLOW_PRIVATE_TARGETS is false)',
  connections_in_use: 'all connections to the endpoint were in use',
  process_files: 'this process has too many files open',
  machine_files: 'this machine has too many files open',
  machine_memory: 'this machine has no memory left for connections',
  proxy_unreachable: 'the egress proxy could not be reached (CPM_EGRESS_PROXY)',
  proxy_credentials: 'the egress proxy does not accept its credentials (CPM_EGRESS_PROXY)',
  database_slow: 'our database was too slow',
  database_silent: 'our database did not answer',
  undecryptable: 'what is stored could not be decrypted:',
  sealed_with_other_key: 'it was sealed with another key, of the id {id}',
  sealed_cut_short: 'it is cut short',
  sealed_altered: 'it was altered, or is of another purpose',
  workflow_fails: 'its workflow fails its tasks in Temporal',
  temporal_refused: 'Temporal refused it: {status}',
  worker_stops: 'the request was given up because the worker stops',
} as const;

/** Why no access token is to be had. */
const TOKEN_REASONS = {
  token_refused: 'the endpoint refused the access token (HTTP 401)',
  token_asked_for: 'an access token is being asked for',
  token_not_tested: 'not tested: a refresh token may count once only, so save it first, then test',
  token_unreachable: 'the token endpoint was not reached:',
  token_no_answer: 'no answer in time',
  token_http_status: 'the token endpoint answered HTTP {status}',
  token_refusal: 'the token endpoint refused: {code} (HTTP {status})',
  token_refusal_unknown:
    'the token endpoint refused: with a code that is not of the standard (HTTP {status})',
  token_client_unknown: 'the token endpoint does not know the client (HTTP 401)',
  token_no_bearer: 'the token endpoint gave a token that is no bearer token',
  token_unusable: 'the token endpoint gave a token that no header can hold',
  token_no_token: 'the token endpoint answered with something else than a token',
} as const;

/** Why a delivery ended undelivered. */
const END_REASONS = {
  by_request: 'cancelled by request',
  in_temporal: 'cancelled in Temporal',
  subscription_deleted: 'subscription deleted',
  citizen_deleted: 'citizen deleted',
  superseded: 'superseded',
  newer_email: 'superseded by a newer e-mail',
  not_needed: 'no longer needed',
  email_expired: 'the e-mail expired',
} as const;

export const REASON_CODES = {
  ...ANSWER_REASONS,
  ...CONNECTION_REASONS,
  ...TLS_REASONS,
  ...OWN_REASONS,
  ...TOKEN_REASONS,
  ...END_REASONS,
} as const satisfies Record<string, string>;

/** Why something did not go as it should. */
export type ReasonCode = keyof typeof REASON_CODES;

/** The text of a code, with the names of its parameters. */
export type ReasonTextOf<C extends ReasonCode> = (typeof REASON_CODES)[C];
