/** Something before Temporal that refuses workers their tasks where a test wants it, as Temporal does once their right is taken away. */
import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface TemporalProxy {
  readonly address: string;
  /** Where the Temporal is; needed by the first call. */
  temporalAddress: string;
  /** The status of gRPC that polls for tasks get; undefined: they pass. */
  refusal: number | undefined;
  close(): void;
}

/** Starts one on loopback. */
export async function startTemporalProxy(): Promise<TemporalProxy> {
  let upstream: ClientHttp2Session | undefined;
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (proxy.refusal !== undefined && headers[':path']?.includes('/Poll')) {
      const refused = { 'grpc-status': `${proxy.refusal}`, 'grpc-message': 'so it is' };
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refused }, { endStream: true });
      return;
    }
    // It ends a connection that has lived for long.
    if (upstream === undefined || upstream.destroyed || upstream.closed)
      upstream = connect(`http://${proxy.temporalAddress}`).on('error', () => undefined);
    const forwarded = upstream.request(headers);
    let trailers: IncomingHttpHeaders = {};
    forwarded.on('error', () => stream.close());
    stream.on('close', () => forwarded.close());
    forwarded.on('trailers', (given) => (trailers = given));
    forwarded.on('response', (answer, flags) => {
      if (stream.destroyed) return;
      const endStream = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      stream.respond(answer, { endStream, waitForTrailers: !endStream });
      if (!endStream) forwarded.pipe(stream);
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: TemporalProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    temporalAddress: '',
    refusal: undefined,
    close() {
      for (const session of sessions) session.destroy();
      upstream?.destroy();
      server.close();
    },
  };
  return proxy;
}
