/** Counts how often a client has to wait for the database, on the wire: whatever is sent together is one round trip. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy before a database. */
export interface RoundTripCounter {
  /** The database's URL, through the proxy. */
  readonly url: string;
  /** Round trips of all connections since the last call. */
  take(): number;
  stop(): Promise<void>;
}

/** Starts a proxy. A round trip begins when a client sends something after the database has answered. */
export async function countRoundTrips(databaseUrl: string): Promise<RoundTripCounter> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  const server = createServer({ noDelay: true }, (client) => {
    const database = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    let answered = true;
    client.on('data', (data) => {
      if (answered) roundTrips += 1;
      answered = false;
      database.write(data);
    });
    database.on('data', (data) => {
      answered = true;
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
    take() {
      const counted = roundTrips;
      roundTrips = 0;
      return counted;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
