/** Receivers that misbehave: each attempt is recorded as it was, costs bounded memory, and the webhook arrives later. */
import type { Socket } from 'node:net';
import { ok, sends, startRawReceiver } from '../harness/raw-receiver';
import { TestService } from '../harness/service';

const TIMEOUT_MS = 3_000;
const KEY = 'k-7f3a/+ "secret"&<>';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ requestTimeoutMs: TIMEOUT_MS });
});
afterAll(() => service?.stop());

interface AttemptSeen {
  readonly outcome: string;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly responseHeaders: Record<string, string> | null;
  readonly responseBody: string | null;
}

/** Delivers to a raw receiver that misbehaves for a cycle and then behaves; answers with the first attempt and the last. */
async function misbehaving(
  behaviour: (socket: Socket, request: string) => void,
  subscription: object = {},
): Promise<{ first: AttemptSeen; last: AttemptSeen; requests: string[] }> {
  const receiver = await startRawReceiver();
  try {
    const app = await service.application();
    receiver.behave(behaviour);
    await service.subscribe(app, receiver.url, subscription);
    const id = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    const waiting = (await service.untilStatus(id, 'waiting')) as { attempts: AttemptSeen[] };
    receiver.behave(ok);
    await service.ok('POST', `/v1/deliveries/${id}/retry`);
    const delivered = (await service.untilStatus(id, 'delivered')) as { attempts: AttemptSeen[] };
    expect(waiting.attempts).toHaveLength(3);
    expect(delivered.attempts).toHaveLength(4);
    const [first] = delivered.attempts;
    const last = delivered.attempts.at(-1);
    if (!first || !last) throw new Error('no attempts');
    expect(last).toMatchObject({ outcome: 'delivered', statusCode: 200, error: null, responseBody: 'ok' });
    return { first, last, requests: receiver.requests };
  } finally {
    await receiver.close();
  }
}

describe('a receiver that', () => {
  it('answers too slowly has not answered, though it says 200 in the end', async () => {
    const { first } = await misbehaving((socket) => setTimeout(() => ok(socket), TIMEOUT_MS + 300));
    expect(first).toMatchObject({
      ...{ outcome: 'failed', statusCode: null, responseBody: null },
      error: `no complete answer within ${TIMEOUT_MS} ms`,
    });
    expect(first.durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 20);
    expect(first.durationMs).toBeLessThan(TIMEOUT_MS + 20_000);
  });

  it('never answers is given up in time', async () => {
    const { first } = await misbehaving(() => undefined);
    expect(first).toMatchObject({ statusCode: null, error: `no complete answer within ${TIMEOUT_MS} ms` });
  });

  it('answers byte by byte is given up in time, with the status it began with', async () => {
    const { first } = await misbehaving((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    expect(first).toMatchObject({ outcome: 'failed', statusCode: 200 });
    expect(first.error).toBe(`no complete answer within ${TIMEOUT_MS} ms`);
  });

  it('resets the connection', async () => {
    const { first } = await misbehaving((socket) => socket.resetAndDestroy());
    expect(first).toMatchObject({ outcome: 'failed', statusCode: null });
    expect(first.error).toBe('connection reset by the endpoint');
  });

  it('sends half an answer', async () => {
    const { first } = await misbehaving((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf of'),
    );
    expect(first).toMatchObject({ outcome: 'failed', statusCode: 200, responseBody: null });
    expect(first.error).toMatch(/^the answer was cut off/);
  });

  it('sends half of a chunked answer', async () => {
    const { first } = await misbehaving((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    );
    expect(first).toMatchObject({ outcome: 'failed', statusCode: 200 });
    expect(first.error).toMatch(/^the answer was cut off/);
  });

  it('does not speak HTTP', async () => {
    const { first } = await misbehaving((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(first).toMatchObject({ statusCode: null, error: 'the answer is not valid HTTP' });
  });

  it('redirects is not followed, and its place is not told to anyone', async () => {
    const { first, requests } = await misbehaving((socket) =>
      socket.end('HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n'),
    );
    expect(first).toMatchObject({ outcome: 'failed', statusCode: 307 });
    expect(first.error).toBe(
      'HTTP 307: redirects are not followed; set the URL to the address that answers with a 2xx itself',
    );
    expect(requests).toHaveLength(4);
    expect(requests.every((request) => request.startsWith('POST / HTTP/1.1'))).toBe(true);
  });

  it('sends huge headers', async () => {
    const { first } = await misbehaving((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx-large: ${'y'.repeat(10 * 1024 * 1024)}\r\n\r\n`),
    );
    expect(first).toMatchObject({ outcome: 'failed', statusCode: null });
    expect(first.error).toBe("the answer's headers are too large");
  });

  it('refuses connections', async () => {
    const app = await service.application();
    const closed = await startRawReceiver();
    await closed.close();
    const subscription = await service.subscribe(app, closed.url);
    const id = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    const { attempts } = (await service.untilStatus(id, 'waiting')) as { attempts: AttemptSeen[] };
    expect(attempts[0]).toMatchObject({ statusCode: null, error: 'connection refused' });
    const open = await service.receiver();
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { url: open.url });
    await service.untilStatus(id, 'delivered');
  });
});

describe('a receiver that sends what nobody asked for before its answer', () => {
  it('is delivered to at the first attempt', async () => {
    const receiver = await startRawReceiver();
    receiver.behave(
      sends(['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok']),
    );
    const app = await service.application();
    await service.subscribe(app, receiver.url);
    const id = (await service.consent(app, 'c-1', 'GRANTED')).deliveries[0]?.id ?? '';
    const { attempts } = (await service.untilStatus(id, 'delivered')) as { attempts: AttemptSeen[] };
    await receiver.close();
    expect(attempts).toMatchObject([
      { outcome: 'delivered', statusCode: 200, error: null, responseBody: 'ok' },
    ]);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('an answer of 10 MB', () => {
  it('with a 2xx is a delivery; it is read up to a cap, and memory stays bounded', async () => {
    const app = await service.application();
    const receiver = await startRawReceiver();
    const large = Buffer.alloc(10 * 1024 * 1024, 'z');
    receiver.behave((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${large.length}\r\n\r\n`);
      socket.write(large);
    });
    await service.subscribe(app, receiver.url);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watching = setInterval(
      () => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)),
      5,
    );
    const ids = await Promise.all(
      Array.from(
        { length: 30 },
        async (_, i) => (await service.consent(app, `c-${i}`, 'GRANTED')).deliveries[0]?.id,
      ),
    );
    for (const id of ids) await service.untilStatus(id ?? '', 'delivered');
    clearInterval(watching);
    await receiver.close();
    const attempt = (await service.ok('GET', `/v1/deliveries/${ids[0]}/attempts/1`)) as AttemptSeen;
    expect(attempt.responseBody).toBe('z'.repeat(4_096));
    // Thirty answers whole would be 300 MB, the shared buffer that the receiver sends from not counted.
    expect(most).toBeLessThan(100 * 1024 * 1024);
  });
});

describe('a receiver that echoes its request', () => {
  it.each([
    [
      'API key in a header',
      { authType: 'api-key', apiKeyAuth: { location: 'header', key: 'X-Key', value: KEY } },
    ],
    [
      'API key in the query',
      { authType: 'api-key', apiKeyAuth: { location: 'query', key: 'k', value: KEY } },
    ],
    ['bearer token', { authType: 'bearer', bearerAuth: { token: 'tok.en-7f3a~secret' } }],
  ])('leaves nothing of the credential in the delivery log: %s', async (_, authentication) => {
    const secret =
      'bearerAuth' in authentication ? authentication.bearerAuth.token : authentication.apiKeyAuth.value;
    const { first, requests } = await misbehaving(
      (socket, request) => {
        const line = request.split('\r\n')[0] ?? '';
        const credential = /^(?:x-key|authorization): (.*)$/im.exec(request)?.[1] ?? '';
        const body = [
          request,
          JSON.stringify({ request, secret }),
          `?${new URLSearchParams({ k: secret }).toString()}`,
        ].join('\n');
        socket.end(
          `HTTP/1.1 500 No\r\nx-echo: ${credential} ${line}\r\nauthorization: ${credential}\r\n` +
            `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      },
      { authentication },
    );
    const sent = requests[0] ?? '';
    expect(sent.includes(secret) || sent.includes(encodeURIComponent(secret))).toBe(true);
    expect(first).toMatchObject({ outcome: 'failed', statusCode: 500, error: 'HTTP 500' });
    expect(first.responseBody).toContain('[redacted]');
    const forms = [
      ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
      new URLSearchParams({ k: secret }).toString().slice(2),
    ];
    const kept = await service.db.attempt.findMany();
    const shown = JSON.stringify([
      first.responseBody,
      first.responseHeaders,
      kept.map((a) => [a.requestHeaders, a.responseHeaders, a.error]),
    ]);
    for (const form of forms) {
      expect(first.responseBody).not.toContain(form);
      expect(shown).not.toContain(form);
    }
  });
});
