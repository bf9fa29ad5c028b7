/**
 * Connections through an egress proxy (CONNECT, RFC 9110 §9.3.6). The proxy is asked for an address, not for a name: the name is
 * resolved and judged here, so that the address guard holds, and the certificate is verified against the name as ever.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';

/** The proxy could not be used, or refused the connection. */
export class ProxyError extends Error {
  constructor(readonly code: 'PROXY_UNREACHABLE' | 'PROXY_UNAUTHENTICATED' | 'PROXY_REFUSED') {
    super(`egress proxy: ${code}`);
    this.name = 'ProxyError';
  }
}

/** Where a tunnel leads. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

export interface ProxyOptions {
  readonly proxy: URL;
  /** Judges the addresses; undefined leaves it to the proxy to resolve names. */
  readonly lookup: LookupFunction | undefined;
  /** Limit of each attempt to connect, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/**
 * Opens a tunnel to the first address of the host that the proxy connects to.
 * @throws ProxyError, or the error of the lookup
 */
export async function openTunnel(options: ProxyOptions, { host, port }: TunnelTarget): Promise<Socket> {
  let failure: unknown;
  for (const address of await addressesOf(host, options.lookup)) {
    try {
      return await connectThrough(options, { host: address, port });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function addressesOf(host: string, lookup: LookupFunction | undefined): Promise<string[]> {
  if (!lookup || isIP(host) !== 0) return Promise.resolve([host]);
  return new Promise((resolve, reject) =>
    lookup(host, { all: true }, (error, found) => {
      if (error) return reject(error);
      resolve(typeof found === 'string' ? [found] : found.map(({ address }) => address));
    }),
  );
}

function connectThrough(
  { proxy, connectTimeoutMs }: ProxyOptions,
  { host, port }: TunnelTarget,
): Promise<Socket> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const request = (proxy.protocol === 'https:' ? https : http).request({
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : proxy.port,
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorization(proxy) },
    agent: false,
    timeout: connectTimeoutMs,
  });
  return new Promise((resolve, reject) => {
    let reached = false;
    request.on('socket', (socket) => socket.once('connect', () => (reached = true)));
    request.on('timeout', () => {
      // A proxy that was reached still tries: it is the endpoint that does not answer.
      reject(reached ? Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }) : UNREACHABLE());
      request.destroy();
    });
    request.on('error', () => reject(UNREACHABLE()));
    request.on('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) socket.unshift(head);
        return resolve(socket);
      }
      socket.destroy();
      reject(new ProxyError(statusCode === 407 ? 'PROXY_UNAUTHENTICATED' : 'PROXY_REFUSED'));
    });
    // A proxy that does not know the method answers as to any other request.
    request.on('response', (answer) => {
      answer.destroy();
      reject(new ProxyError(answer.statusCode === 407 ? 'PROXY_UNAUTHENTICATED' : 'PROXY_REFUSED'));
    });
    request.end();
  });
}

const UNREACHABLE = (): ProxyError => new ProxyError('PROXY_UNREACHABLE');

/** RFC 9110 §11.7.2, RFC 7617 */
function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
