/** A proxy before a database, for what only the wire tells. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A running proxy. */
export interface DatabaseProxy {
  /** The database's URL, through the proxy. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Sees what passes on one connection. */
export interface Watcher {
  fromClient?(data: Buffer): void;
  fromDatabase?(data: Buffer): void;
}

/** Starts a proxy; each connection gets a watcher of its own. */
export async function startDatabaseProxy(databaseUrl: string, watch: () => Watcher): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const database = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    const watcher = watch();
    client.on('data', (data) => {
      watcher.fromClient?.(data);
      database.write(data);
    });
    database.on('data', (data) => {
      watcher.fromDatabase?.(data);
      client.write(data);
    });
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
