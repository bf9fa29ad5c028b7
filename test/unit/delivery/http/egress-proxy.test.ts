/** Requests through an egress proxy: whom it is asked for, what it sees, and what it never is asked for. */
import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import * as https from 'node:https';
import { connect, type AddressInfo, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { createPoster, GivenBackError, type WebhookPoster } from '../../../../src/delivery/http/post';
import { parseRange, type Range } from '../../../../src/platform/public-address';
import { FORBIDDEN_HOSTS } from '../../../harness/forbidden-hosts';

const NAME = 'receiver.example.test';
const PUBLIC = '93.184.216.34';

/** A proxy that leads to the receiver whatever it is asked for, and keeps what it was asked for. */
class Proxy {
  readonly asked: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  refuses: number | undefined;
  private readonly server = createServer();

  async start(receiver: () => number): Promise<URL> {
    this.server.on('connect', ({ url = '', headers }, socket, head) => {
      this.asked.push(url);
      this.headers.push(headers);
      if (this.refuses !== undefined) return void socket.end(`HTTP/1.1 ${this.refuses} No\r\n\r\n`);
      const there = connect(receiver(), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        there.write(head);
        there.pipe(socket).pipe(there);
      });
      for (const one of [there, socket]) one.on('error', () => undefined);
    });
    await listening(this.server);
    return new URL(`http://user:p%40ss@127.0.0.1:${portOf(this.server)}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let directory: string;
let receiver: https.Server;
let plain: Server;
const received: IncomingMessage[] = [];
let certificate: string;
let seenName: unknown;
let target: () => NetServer;
let proxy: Proxy;
let egressProxy: URL;
const posters: WebhookPoster[] = [];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'cpm-proxy-'));
  const [keyFile, certFile] = [path.join(directory, 'key.pem'), path.join(directory, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`, '-days', '2'];
  execFileSync('openssl', [...request, ...subject, '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  });
  const cert = readFileSync(certFile, 'utf8');
  const answer = (req: IncomingMessage, res: { end(text: string): void }): void => {
    received.push(req);
    res.end('thanks');
  };
  receiver = https.createServer(
    {
      ...{ key: readFileSync(keyFile), cert },
      SNICallback: (name, done) => {
        seenName = name;
        done(null);
      },
    },
    answer,
  );
  plain = createServer(answer);
  await Promise.all([listening(receiver), listening(plain)]);
  target = () => receiver;
  proxy = new Proxy();
  egressProxy = await proxy.start(() => portOf(target()));
  certificate = cert;
});
beforeEach(() => {
  // What NODE_EXTRA_CA_CERTS does for a process that starts.
  const connectTls = tls.connect.bind(tls) as (options: tls.ConnectionOptions) => tls.TLSSocket;
  jest
    .spyOn(tls, 'connect')
    .mockImplementation(((options: tls.ConnectionOptions) =>
      connectTls({ ...options, ca: certificate })) as never);
  received.length = 0;
  proxy.asked.length = 0;
  proxy.headers.length = 0;
  proxy.refuses = undefined;
  target = () => receiver;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(posters.splice(0).map((poster) => poster.close()));
});
afterAll(() => {
  proxy.stop();
  for (const server of [receiver, plain]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(directory, { recursive: true });
});

function poster(allowedTargets: readonly Range[] = [], allowPrivateTargets = false): WebhookPoster {
  const one = createPoster({ requestTimeoutMs: 3_000, allowPrivateTargets, allowedTargets, egressProxy });
  posters.push(one);
  return one;
}

/** Lets a name resolve to these addresses, one list a lookup. */
function resolving(...answers: (readonly string[])[]): void {
  jest.spyOn(dns, 'lookup').mockImplementation(((
    _: string,
    __: unknown,
    callback: (error: null, found: object[]) => void,
  ) => {
    const addresses = answers.length > 1 ? answers.shift() : answers[0];
    callback(
      null,
      (addresses ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as never);
}

const request = (url: string) => ({ url, headers: { 'x-a': 'b' }, body: '{}' });
const listening = (server: NetServer): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const portOf = (server: NetServer): number => (server.address() as AddressInfo).port;

describe('a request through an egress proxy', () => {
  it('goes to the address that was judged, with the name in TLS and in Host', async () => {
    resolving([PUBLIC]);
    const url = `https://${NAME}/hook?a=1`;
    const first = await poster().post(request(url));
    expect(first).toMatchObject({ delivered: true, statusCode: 200, responseBody: 'thanks', error: null });
    expect(proxy.asked).toEqual([`${PUBLIC}:443`]);
    expect(proxy.headers[0]).toMatchObject({
      'proxy-authorization': `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    });
    expect([received[0]?.headers.host, received[0]?.url, seenName]).toEqual([NAME, '/hook?a=1', NAME]);
    expect(received[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('uses its connection again for the next one', async () => {
    resolving([PUBLIC]);
    const one = poster();
    for (let i = 0; i < 3; i += 1) await one.post(request(`https://${NAME}:8443/`));
    expect(proxy.asked).toEqual([`${PUBLIC}:8443`]);
    expect(received).toHaveLength(3);
  });

  it.each(FORBIDDEN_HOSTS)('is never made to an address that is not public: %s', async (host) => {
    const outcome = await poster().post(request(`https://${host}:${portOf(receiver)}/`));
    expect(outcome.error).toContain('not a public one');
    expect([proxy.asked, received]).toEqual([[], []]);
  });

  it('is never made to a name that leads to such an address, the second time either', async () => {
    resolving(['10.0.0.1', '::1', '169.254.169.254']);
    expect((await poster().post(request(`https://${NAME}/`))).error).toContain('not a public one');
    expect(proxy.asked).toEqual([]);

    resolving(['10.0.0.1', PUBLIC]);
    expect((await poster().post(request(`https://${NAME}/`))).delivered).toBe(true);
    resolving([PUBLIC], ['127.0.0.1']);
    expect((await poster().post(request(`https://${NAME}/`))).delivered).toBe(true);
    expect((await poster().post(request(`https://${NAME}/`))).error).toContain('not a public one');
    expect(proxy.asked).toEqual([`${PUBLIC}:443`, `${PUBLIC}:443`]);
  });

  it('may go to a private address that is allowed', async () => {
    const range = parseRange('10.20.0.0/16');
    const allowed = range ? [range] : [];
    resolving(['10.20.1.2']);
    expect((await poster(allowed).post(request(`https://${NAME}/`))).delivered).toBe(true);
    expect(proxy.asked).toEqual(['10.20.1.2:443']);
  });

  it('leaves the name to the proxy where nothing is judged, plain http too', async () => {
    target = () => plain;
    const outcome = await poster([], true).post(request('http://inside.test:8080/hook'));
    expect(outcome.delivered).toBe(true);
    expect([proxy.asked, received[0]?.headers.host]).toEqual([['inside.test:8080'], 'inside.test:8080']);
  });

  it('tries the next address where the proxy does not reach the first', async () => {
    resolving(['2606:4700::1111', PUBLIC]);
    proxy.refuses = 502;
    const outcome = await poster().post(request(`https://${NAME}/`));
    expect(outcome.error).toBe('the egress proxy did not connect to the endpoint');
    expect(proxy.asked).toEqual(['[2606:4700::1111]:443', `${PUBLIC}:443`]);
  });

  it('spends no attempt where the proxy is away, or refuses its credentials', async () => {
    resolving([PUBLIC]);
    proxy.refuses = 407;
    await expect(poster().post(request(`https://${NAME}/`))).rejects.toThrow(GivenBackError);
    const away = createPoster({
      ...{ requestTimeoutMs: 3_000, allowPrivateTargets: false },
      egressProxy: new URL('http://127.0.0.1:9'),
    });
    posters.push(away);
    await expect(away.post(request(`https://${NAME}/`))).rejects.toThrow(
      'not sent: the egress proxy could not be reached (CPM_EGRESS_PROXY)',
    );
  });

  it('verifies the certificate against the name', async () => {
    resolving([PUBLIC]);
    const outcome = await poster().post(request('https://another.example.test/'));
    expect(outcome.error).toBe('the TLS certificate is for another host name');
    expect(received).toEqual([]);
  });

  it('is stopped at its limit where the proxy never answers', async () => {
    const silent = createServer();
    silent.on('connect', () => undefined);
    await listening(silent);
    resolving([PUBLIC]);
    const hasty = createPoster({
      ...{ requestTimeoutMs: 600, allowPrivateTargets: false },
      egressProxy: new URL(`http://127.0.0.1:${portOf(silent)}`),
    });
    posters.push(hasty);
    const outcome = await hasty.post(request(`https://${NAME}/`));
    expect(outcome).toMatchObject({ delivered: false, statusCode: null });
    expect(outcome.error).toMatch(/connection timed out|no connection within 600 ms/);
    silent.closeAllConnections();
    silent.close();
  });
});

describe('a listener on this machine', () => {
  it('sees no connection, whatever spelling leads to it', async () => {
    let connections = 0;
    const listener = createServer().on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => listener.listen(0, '::', resolve));
    const direct = createPoster({ requestTimeoutMs: 2_000, allowPrivateTargets: false });
    posters.push(direct);
    for (const host of [...FORBIDDEN_HOSTS, 'localhost'])
      expect((await direct.post(request(`https://${host}:${portOf(listener)}/`))).delivered).toBe(false);
    resolving([PUBLIC], ['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1']);
    const bound = { ...request(`https://${NAME}:${portOf(listener)}/`) };
    for (let i = 0; i < 4; i += 1) expect((await direct.post(bound)).delivered).toBe(false);
    expect(connections).toBe(0);
    listener.close();
  });
});
