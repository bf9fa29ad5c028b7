/** A receiver on loopback that speaks bytes, not HTTP. */
import { createServer, type Server, type Socket } from 'node:net';

/** Answers one request. */
export type Behaviour = (socket: Socket, request: string) => void;

export interface RawReceiver {
  readonly url: string;
  readonly port: number;
  /** Everything that arrived, a text for each request. */
  readonly requests: string[];
  /** Connections accepted until now. */
  readonly connections: () => number;
  behave(answer: Behaviour): void;
  close(): Promise<void>;
}

/** An ordinary answer. */
export function ok(socket: Socket): void {
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
}

/**
 * Sends the parts one after the other, each as a segment of its own, then closes the connection where `ending` says so.
 */
export function sends(
  parts: readonly (string | Buffer)[],
  ending: 'open' | 'close' | 'reset' = 'open',
): Behaviour {
  return (socket) => {
    const [part, ...rest] = parts;
    if (part === undefined) {
      if (ending === 'close') socket.end();
      if (ending === 'reset') socket.resetAndDestroy();
      return;
    }
    socket.write(part, () => setTimeout(() => sends(rest, ending)(socket, ''), 5));
  };
}

/** Starts one; `server` makes its sockets, such as those of TLS. */
export async function startRawReceiver(
  server: (onSocket: (socket: Socket) => void) => Server = createServer,
): Promise<RawReceiver> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  let answer: Behaviour = ok;
  const listening = server((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const [head = '', body = ''] = received.split(/\r\n\r\n(.*)/s);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (!received.includes('\r\n\r\n') || body.length < length) return;
      requests.push(received);
      const whole = received;
      received = '';
      answer(socket, whole);
    });
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => accepted,
    behave: (behaviour) => (answer = behaviour),
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}
