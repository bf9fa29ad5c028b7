/** Something at Temporal's address that answers every call alike. */
import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** The empty message of gRPC: not compressed, of no bytes. */
const EMPTY = Buffer.alloc(5);

/** Answers calls with a status of gRPC (https://grpc.io/docs/guides/status-codes/), but for the greeting, which succeeds. */
export async function startRefusingTemporal(
  status: number,
): Promise<{ readonly address: string; close(): void }> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const greeting = headers[':path']?.endsWith('/GetSystemInfo') ?? false;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () =>
      stream.sendTrailers({ 'grpc-status': String(greeting ? 0 : status), 'grpc-message': 'so it is' }),
    );
    stream.end(greeting ? EMPTY : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
