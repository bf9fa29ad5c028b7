/** Stands for a connection pooler in one respect: the session on the server stays when its client has gone. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The message by which a client ends its session: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

export interface SessionKeeper {
  /** The database of the given URL, through the pooler. */
  readonly url: string;
  /** Ends the sessions that were kept. */
  close(): void;
}

/** Listens on a port of its own and passes everything on to the database but the end of a session. */
export async function keepSessions(databaseUrl: string): Promise<SessionKeeper> {
  const { hostname, port } = new URL(databaseUrl);
  const kept = new Set<Socket>();
  const pooler = createServer((client) => {
    const server = connect(Number(port), hostname);
    kept.add(server);
    client.on('data', (message) => {
      if (message.equals(TERMINATE)) client.end();
      else server.write(message);
    });
    server.on('data', (message) => client.writable && client.write(message));
    for (const socket of [client, server]) socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(pooler, 'listening');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(pooler.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close: () => {
      pooler.close();
      for (const server of kept) server.destroy();
    },
  };
}
