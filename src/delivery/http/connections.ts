/** The connections of this process to receivers: found by every address of a host, kept open, used again by origin. */
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TargetRules } from '../../platform/egress';
import { openTunnel, type ProxyOptions } from './egress-proxy';
import type { Phase } from './exchange';
import { createGuardedLookup, withoutBrackets } from './target-guard';

/** Connections to one origin from this process; as many as requests that a subscription may have in flight at the most. */
const MOST_PER_ORIGIN = 1_000;
/** An idle connection is closed after this, or earlier where the receiver says so (`Keep-Alive`). Milliseconds. */
const IDLE_MS = 10_000;
/** Bytes of an answer's headers that are read. */
const HEADERS_CAP = 64 * 1024;

/** A request to begin. */
export interface OpenOptions extends https.RequestOptions {
  /** Told how far it has come on its way through a proxy. */
  readonly reached: (phase: Phase) => void;
}

/** Pools of connections, one for each origin. */
export interface Connections {
  /** Begins a request; nothing is sent until it is ended. */
  open(url: URL, options: OpenOptions): http.ClientRequest;
  /** Closes all connections, those in use too. */
  close(): void;
}

export interface ConnectionsOptions {
  /**
   * Limit of a whole request, in milliseconds. A host's addresses are tried one after the other, each for a third of it: Node's own
   * quarter of a second gives up on every host with two address families that is farther away (node#54359).
   */
  readonly requestTimeoutMs: number;
  readonly rules: TargetRules;
  readonly egressProxy: URL | undefined;
}

/** Opens none yet. */
export function openConnections({ requestTimeoutMs, rules, egressProxy }: ConnectionsOptions): Connections {
  const connectTimeoutMs = Math.max(250, Math.ceil(requestTimeoutMs / 3));
  const lookup = rules.allowPrivateTargets ? undefined : createGuardedLookup(rules);
  const options: http.AgentOptions & https.AgentOptions = {
    keepAlive: true,
    maxSockets: MOST_PER_ORIGIN,
    timeout: IDLE_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: connectTimeoutMs,
    ...(lookup && { lookup }),
  };
  const plain = closingOnUnaskedData(new http.Agent(options));
  const secure = closingOnUnaskedData(new https.Agent(options));
  if (egressProxy) {
    const proxy = { proxy: egressProxy, lookup, connectTimeoutMs };
    connectThroughProxy(plain, proxy);
    connectThroughProxy(secure, proxy);
  }
  return {
    open(url, requestOptions) {
      const host = withoutBrackets(url.hostname);
      const common = {
        ...requestOptions,
        host,
        port: url.port,
        path: url.pathname + url.search,
        maxHeaderSize: HEADERS_CAP,
        // An answer decides about its own delivery only, so all is taken that can be understood: line ends without CR, folded
        // headers, whatever follows `Connection: close` (RFC 9112 §2.2, §5.2).
        insecureHTTPParser: true,
      };
      if (url.protocol === 'http:') return http.request({ ...common, agent: plain });
      return https.request({ ...common, agent: secure, servername: serverName(host) });
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** How an agent makes a connection; a second one is called with it once it is there. */
interface Connecting {
  createConnection(
    options: https.RequestOptions & { readonly socket?: Socket } & Partial<OpenOptions>,
    connected?: (error: Error | null, socket?: Duplex) => void,
  ): Duplex | undefined;
}

/** Has an agent connect through a proxy; TLS is spoken with the endpoint, as without one. */
function connectThroughProxy(agent: http.Agent, proxy: ProxyOptions): void {
  const connecting = agent as unknown as Connecting;
  const speakTls = agent instanceof https.Agent ? connecting.createConnection.bind(agent) : undefined;
  connecting.createConnection = (options, connected) => {
    const target = { host: options.host ?? '', port: Number(options.port ?? options.defaultPort) };
    options.reached?.('connecting');
    openTunnel(proxy, target)
      .then((tunnel) => {
        if (!speakTls) return tunnel;
        options.reached?.('handshake');
        return secured(speakTls({ ...options, socket: tunnel }));
      })
      .then(
        (socket) => connected?.(null, socket),
        (error: unknown) => connected?.(error as Error),
      );
    return undefined;
  };
}

/** Awaits the handshake. */
function secured(socket: Duplex | undefined): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    socket?.once('secureConnect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket?.once('error', reject);
  });
}

/** The name for TLS: without the dot of a fully qualified name, and none for an address (RFC 6066 §3). */
function serverName(host: string): string {
  const name = host.replace(/\.$/, '');
  return isIP(name) === 0 ? name : '';
}

/** Bytes on an idle connection belong to no request. They must not be taken for the answer to the next one. */
function closingOnUnaskedData<A extends http.Agent>(agent: A): A {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  const close = function (this: Duplex): void {
    this.destroy();
  };
  return Object.assign(agent, {
    keepSocketAlive(socket: Duplex) {
      socket.on('data', close);
      return keep(socket);
    },
    reuseSocket(socket: Duplex, request: http.ClientRequest) {
      socket.off('data', close);
      reuse(socket, request);
    },
  });
}
