/** Describes why a request failed, without any content of the request or the answer. */
import { errors } from 'undici';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the endpoint',
  EPIPE: 'connection closed by the endpoint',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be resolved',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer did not end in time',
  UND_ERR_HEADERS_OVERFLOW: "the answer's headers are too large",
  HPE_HEADER_OVERFLOW: "the answer's headers are too large",
  UND_ERR_SOCKET: 'connection closed by the endpoint',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut off',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is too large',
  TARGET_NOT_ALLOWED: 'the address of the endpoint is not a public one (CPM_ALLOW_PRIVATE_TARGETS is false)',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate chain holds a self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate could not be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host name',
};

/** Describes a failed request by its error code alone: messages of libraries may quote URLs and headers. */
export function describeRequestError(error: unknown): string {
  const code = errorCode(error);
  const words = code === undefined ? undefined : WORDS[code];
  if (words !== undefined) return words;
  // undici's parser often gives no code.
  if (code?.startsWith('HPE_') || error instanceof errors.HTTPParserError)
    return 'the answer is not valid HTTP';
  return code === undefined ? 'request failed' : `request failed (${code})`;
}

function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  // undici wraps the error of the parser or the socket.
  const inner = errorCode(cause);
  if (inner !== undefined && inner in WORDS) return inner;
  return typeof code === 'string' ? code : inner;
}
