/** How an endpoint is reached, and how connections are used again. */
import { spawn, type ChildProcess } from 'node:child_process';
import dns from 'node:dns';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { once } from 'node:events';
import { createPoster, type PostOutcome, type WebhookPoster } from '../../../../src/delivery/http/post';
import { ok, sends, startRawReceiver, type RawReceiver } from '../../../harness/raw-receiver';

const poster = createPoster({ requestTimeoutMs: 6_000, allowPrivateTargets: true });
const hasty = createPoster({ requestTimeoutMs: 300, allowPrivateTargets: true });
const opened: { close(): unknown }[] = [poster, hasty];
afterAll(() => Promise.all(opened.map((one) => one.close())));
afterEach(() => jest.restoreAllMocks());

/** Names lead to these addresses, whatever they are. */
function resolveTo(...addresses: dns.LookupAddress[]): void {
  const lookup = (...args: unknown[]) =>
    (args.at(-1) as (error: null, found: dns.LookupAddress[]) => void)(null, addresses);
  jest.spyOn(dns, 'lookup').mockImplementation(lookup);
}

const send = (url: string, by: WebhookPoster = poster): Promise<PostOutcome> =>
  by.post({ url, headers: { 'content-type': 'application/json' }, body: '{"a":1}' });

/** Listens with bytes alone. */
async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  opened.push(server);
  server.listen(0); // without a host, which Node would look up
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

const V4 = { address: '127.0.0.1', family: 4 } as const;
/** Documentation addresses (RFC 3849): no route leads there. */
const NOWHERE = { address: '2001:db8::1', family: 6 } as const;

describe('an endpoint with addresses of both families', () => {
  /** Its connections take a second: it is stopped, its queue full, and the kernel asks again after a second. */
  async function distantEndpoint(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
    const child = spawn(
      process.execPath,
      [
        '-e',
        `const server = require('node:net').createServer((socket) => socket.on('error', () => {}).on('data', () =>
           socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok')));
         server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line);
    child.kill('SIGSTOP');
    const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    opened.push({ close: () => fillers.map((filler) => filler.destroy()) });
    await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, 'connect')));
    return { port, child };
  }

  it('is reached though it is far away and the other family leads nowhere', async () => {
    const { port, child } = await distantEndpoint();
    resolveTo(V4, NOWHERE);
    const sending = send(`http://distant.example:${port}`);
    setTimeout(() => child.kill('SIGCONT'), 600);
    const outcome = await sending;
    child.kill('SIGKILL');
    expect(outcome).toMatchObject({ delivered: true, statusCode: 200 });
    expect(outcome.durationMs).toBeGreaterThan(500);
  });

  it.each([
    ['the first', [NOWHERE, V4]],
    ['the second', [V4, NOWHERE]],
  ])('is reached where %s leads nowhere', async (_, addresses) => {
    const port = await listen((socket) =>
      socket.once('data', () => sends(['HTTP/1.1 204 OK\r\n\r\n'])(socket, '')),
    );
    resolveTo(...addresses);
    expect(await send(`http://both.example:${port}`)).toMatchObject({ delivered: true, statusCode: 204 });
  });

  it('is told of with what failed for each', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    closed.close();
    resolveTo(V4, NOWHERE);
    const { error } = await send(`http://both.example:${port}`);
    expect(error).toMatch(/^connection refused; (network|host) unreachable$|^connection refused; no address/);
  });
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

(hasIpv6 ? describe : describe.skip)('an endpoint that has IPv6 alone', () => {
  it.each(['[::1]', '[0:0:0:0:0:0:0:1]', 'six.example'])('is reached by %s', async (host) => {
    const heard: string[] = [];
    const server = createServer((socket) =>
      socket.once('data', (head) => {
        heard.push(/^host: (.*)$/im.exec(head.toString())?.[1]?.trim() ?? '');
        sends(['HTTP/1.1 204 OK\r\n\r\n'])(socket, '');
      }),
    ).listen(0, '::1');
    opened.push(server);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    resolveTo({ address: '::1', family: 6 });
    const { error } = await send(`http://${host}:${port}/hook`);
    expect([error, heard]).toEqual([null, [`${host.replace(/0:.*1/, '::1')}:${port}`]]);
  });
});

describe('a failure before the request', () => {
  it('is told by how far it came', async () => {
    jest.spyOn(dns, 'lookup').mockImplementation(() => undefined);
    expect((await send('http://unresolved.example', hasty)).error).toBe(
      'host name not resolved within 300 ms',
    );
    const silent = await listen(() => undefined);
    expect((await send(`https://127.0.0.1:${silent}`, hasty)).error).toBe('no TLS connection within 300 ms');
    expect((await send(`http://127.0.0.1:${silent}`, hasty)).error).toBe('no complete answer within 300 ms');
  });

  it('in the TLS handshake is told as one', async () => {
    const closing = await listen((socket) => socket.once('data', () => socket.end()));
    expect((await send(`https://127.0.0.1:${closing}`)).error).toBe(
      'connection closed by the endpoint during the TLS handshake',
    );
    const plain = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect((await send(`https://127.0.0.1:${plain}`)).error).toMatch(/speak TLS on this port/);
  });
});

describe('the name in the TLS handshake', () => {
  /** What the endpoint is greeted with. */
  async function greeting(url: (port: number) => string): Promise<string> {
    const greetings: string[] = [];
    const port = await listen((socket) =>
      socket.once('data', (hello) => {
        greetings.push(hello.toString('latin1'));
        socket.end();
      }),
    );
    await send(url(port));
    return greetings[0] ?? '';
  }

  it.each(['receiver.example', 'receiver.example.'])('has no dot at its end: %s', async (host) => {
    resolveTo(V4);
    const hello = await greeting((port) => `https://${host}:${port}/hook`);
    expect(hello).toContain('\0\0\x10receiver.example');
    expect(hello).not.toContain('receiver.example.');
  });

  it('is none where the endpoint is an address', async () => {
    expect(await greeting((port) => `https://127.0.0.1:${port}/`)).not.toContain('127.0.0.1');
  });
});

describe('a connection that was kept', () => {
  const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  let receiver: RawReceiver;
  beforeEach(async () => (receiver = await startRawReceiver()));
  afterEach(() => receiver.close());

  it('is used again', async () => {
    receiver.behave(sends([OK]));
    for (let i = 0; i < 5; i += 1) expect((await send(receiver.url)).delivered).toBe(true);
    expect(receiver.connections()).toBe(1);
  });

  it('and closed by the endpoint, unannounced, fails no request', async () => {
    receiver.behave(ok);
    for (let i = 0; i < 20; i += 1) expect(await send(receiver.url)).toMatchObject({ error: null });
    expect(receiver.requests).toHaveLength(20);
  });

  it.each<[string, (socket: Socket) => unknown]>([
    ['ended', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('and %s by the endpoint just as a request comes has it sent once more, on another', async (_, close) => {
    receiver.behave(sends([OK]));
    expect((await send(receiver.url)).delivered).toBe(true);
    receiver.behave((socket) => {
      receiver.behave(sends([OK]));
      close(socket);
    });
    expect(await send(receiver.url)).toMatchObject({ delivered: true, error: null });
    expect([receiver.requests.length, receiver.connections()]).toEqual([3, 2]);
  });

  it('has no request sent twice where the endpoint has begun to answer, nor on a new connection', async () => {
    receiver.behave(sends([OK]));
    expect((await send(receiver.url)).delivered).toBe(true);
    receiver.behave(sends(['HTTP/1.1 200 OK\r\nContent-Le'], 'close'));
    expect((await send(receiver.url)).error).toBe('connection closed by the endpoint without an answer');
    receiver.behave(sends([], 'close'));
    expect((await send(receiver.url)).error).toBe('connection closed by the endpoint without an answer');
    expect(receiver.requests).toHaveLength(3);
  });

  it('gives no answer that came before its request', async () => {
    receiver.behave(sends([OK, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate']));
    expect((await send(receiver.url)).responseBody).toBe('ok');
    receiver.behave(sends(['HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nno']));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await send(receiver.url)).toMatchObject({ delivered: false, statusCode: 500, responseBody: 'no' });
  });
});
