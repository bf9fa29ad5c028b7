/** An OAuth 2.0 token endpoint on loopback: client credentials and refresh tokens, with what it was asked. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenServer {
  readonly url: string;
  /** What it was asked for, in order, those refused too. */
  readonly asked: readonly URLSearchParams[];
  /** Tokens that are valid by now. */
  readonly valid: ReadonlySet<string>;
  /** Everything secret that it has given. */
  readonly given: readonly string[];
  /** Makes all tokens of before invalid, though their time is not over. */
  revoke(): void;
  /** From now on. */
  behave(behaviour: 'give' | 'refuse' | 'break' | 'close'): void;
  close(): Promise<void>;
}

export interface TokenServerOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where tokens are asked for with refresh tokens: the first one. Each counts once. */
  readonly refreshToken?: string;
  readonly livesSeconds?: number;
  /** Milliseconds that an answer takes. */
  readonly takesMs?: number;
  /** Where it looks for the client's credentials. */
  readonly clientAuth?: 'basic' | 'post';
}

/** Starts one. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const asked: URLSearchParams[] = [];
  const valid = new Set<string>();
  const given: string[] = [];
  let behaviour: 'give' | 'refuse' | 'break' | 'close' = 'give';
  let { refreshToken } = options;
  const { clientId, clientSecret, livesSeconds = 3_600, takesMs = 0, clientAuth = 'basic' } = options;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

  const answerTo = (body: URLSearchParams, authorization: string | undefined): [number, object] => {
    const known =
      clientAuth === 'basic'
        ? authorization === basic
        : body.get('client_id') === clientId && body.get('client_secret') === clientSecret;
    if (!known || behaviour === 'refuse')
      return [401, { error: 'invalid_client', error_description: `${clientId} ${clientSecret}` }];
    if (body.get('grant_type') === 'refresh_token') {
      if (body.get('refresh_token') !== refreshToken) return [400, { error: 'invalid_grant' }];
      refreshToken = `refresh-${randomBytes(12).toString('hex')}`;
      given.push(refreshToken);
    } else if (refreshToken !== undefined) return [400, { error: 'unauthorized_client' }];
    const token = `token-${randomBytes(12).toString('hex')}`;
    valid.add(token);
    given.push(token);
    setTimeout(() => valid.delete(token), livesSeconds * 1_000).unref();
    const rotated = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    return [200, { access_token: token, token_type: 'Bearer', expires_in: livesSeconds, ...rotated }];
  };

  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (behaviour === 'close') return void request.socket.destroy();
      const body = new URLSearchParams(text);
      asked.push(body);
      const [status, answer] =
        behaviour === 'break' ? [503, text] : answerTo(body, request.headers.authorization);
      setTimeout(
        () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
        takesMs,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    ...{ asked, valid, given },
    revoke: () => valid.clear(),
    behave: (next) => (behaviour = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
