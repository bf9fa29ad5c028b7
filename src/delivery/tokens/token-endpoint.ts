/** Asks an OAuth 2.0 server for an access token, by the connections, the limits and the address guard of webhooks. */
import * as oauth from 'oauth4webapi';
import { joinReasons, reasonText } from '../../platform/reasons';
import type { OAuth2Grant } from '../../subscriptions/oauth2';
import { decodeBody, decodeHeaders } from '../http/decode';
import { describeRequestError } from '../http/errors';
import type { Exchanger } from '../http/post';

/** How a client shows who it is: in the `Authorization` header, or in the body (RFC 6749 §2.3.1). */
export type ClientAuth = 'basic' | 'post';

/** What the server has given. */
export interface IssuedToken {
  readonly token: string;
  /** Undefined where the server does not say. */
  readonly livesMs: number | undefined;
  /** A refresh token in place of the one that was used. */
  readonly refreshToken: string | undefined;
  /** The way in which the server has known the client. */
  readonly clientAuth: ClientAuth;
}

/** There is no token to be had. The message is for people, and holds nothing that was sent or answered but a known code. */
export class NoTokenError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NoTokenError';
  }
}

/**
 * Asks for a token: by the refresh token where there is one, else by the client's own credentials. A server that does not know the
 * client in the one way is asked in the other.
 * @throws NoTokenError
 */
export async function requestToken(
  poster: Exchanger,
  grant: OAuth2Grant,
  first: ClientAuth = 'basic',
): Promise<IssuedToken> {
  try {
    return await ask(poster, grant, first);
  } catch (error) {
    if (!isUnknownClient(error)) throw describe(error);
  }
  try {
    return await ask(poster, grant, first === 'basic' ? 'post' : 'basic');
  } catch (error) {
    throw describe(error);
  }
}

async function ask(poster: Exchanger, grant: OAuth2Grant, clientAuth: ClientAuth): Promise<IssuedToken> {
  const server = { issuer: new URL(grant.tokenUrl).origin, token_endpoint: grant.tokenUrl };
  const client = { client_id: grant.clientId };
  const shown = (clientAuth === 'basic' ? inHeader : oauth.ClientSecretPost)(grant.clientSecret);
  const parameters = {
    ...(grant.scope === null ? {} : { scope: grant.scope }),
    ...(grant.audience === null ? {} : { audience: grant.audience }),
  };
  const options = {
    [oauth.customFetch]: fetchBy(poster),
    // Whether plain http is allowed was decided when the URL was saved.
    [oauth.allowInsecureRequests]: true,
  };
  const answer =
    grant.refreshToken === null
      ? await oauth
          .clientCredentialsGrantRequest(server, client, shown, parameters, options)
          .then((response) => oauth.processClientCredentialsResponse(server, client, response))
      : await oauth
          .refreshTokenGrantRequest(server, client, shown, grant.refreshToken, {
            ...options,
            additionalParameters: parameters,
          })
          .then((response) => oauth.processRefreshTokenResponse(server, client, response));
  if (answer.token_type !== 'bearer') throw new NoTokenError(reasonText('token_no_bearer'));
  if (!/^[\x21-\x7e]+$/.test(answer.access_token)) throw new NoTokenError(reasonText('token_unusable'));
  return {
    token: answer.access_token,
    livesMs: answer.expires_in === undefined ? undefined : answer.expires_in * 1_000,
    refreshToken: grant.refreshToken === answer.refresh_token ? undefined : answer.refresh_token,
    clientAuth,
  };
}

/**
 * In the header as forms are encoded (RFC 6749 §2.3.1, appendix B). The library's own escapes hyphens and dots too, which servers that
 * do not decode take amiss: an id of the usual form is sent as it is.
 */
function inHeader(secret: string): oauth.ClientAuth {
  const encoded = (text: string): string => new URLSearchParams({ t: text }).toString().slice('t='.length);
  return (_server, { client_id }, _body, headers) => {
    const pair = Buffer.from(`${encoded(client_id)}:${encoded(secret)}`).toString('base64');
    headers.set('authorization', `Basic ${pair}`);
  };
}

/** A `fetch` that goes the way of webhooks. */
function fetchBy(poster: Exchanger) {
  return async (
    url: string,
    { headers, body }: { readonly headers: Record<string, string>; readonly body: URLSearchParams },
  ): Promise<Response> => {
    const { head, body: bytes, failure } = await poster.exchange({ url, headers, body: body.toString() });
    if (!head || !bytes)
      throw new NoTokenError(joinReasons(reasonText('token_unreachable'), whyNotReached(failure)));
    if (head.statusCode !== 200 && head.statusCode !== 400 && head.statusCode !== 401)
      throw new NoTokenError(reasonText('token_http_status', { status: head.statusCode }));
    const answered = decodeHeaders(head.rawHeaders);
    const text = withoutIdToken(await decodeBody(bytes, answered));
    const type = answered['content-type'];
    return new Response(text, {
      status: head.statusCode,
      headers: type === undefined ? {} : { 'content-type': type },
    });
  };
}

function whyNotReached(failure: unknown): string {
  // A limit of ours, which has no code.
  return typeof failure === 'symbol' ? reasonText('token_no_answer') : describeRequestError(failure);
}

/** Servers that speak OpenID Connect add one to a refreshed token: nobody here logs in, so it is not looked at. */
function withoutIdToken(text: string): string {
  try {
    const { id_token: _, ...others } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(others);
  } catch {
    return text;
  }
}

/** RFC 6749 §5.2 */
const CODES: readonly string[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
];

function isUnknownClient(error: unknown): boolean {
  return errorCodeOf(error) === 'invalid_client' || error instanceof oauth.WWWAuthenticateChallengeError;
}

function errorCodeOf(error: unknown): string | undefined {
  return error instanceof oauth.ResponseBodyError ? error.error : undefined;
}

/** Only codes of the standard are told: what else a server says may repeat what it was sent. */
function describe(error: unknown): NoTokenError {
  if (error instanceof NoTokenError) return error;
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return new NoTokenError(reasonText('token_client_unknown'));
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, status } = error;
    if (!CODES.includes(code)) return new NoTokenError(reasonText('token_refusal_unknown', { status }));
    return new NoTokenError(reasonText('token_refusal', { code, status }));
  }
  return new NoTokenError(reasonText('token_no_token'));
}
