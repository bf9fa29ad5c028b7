/** What callers who take their time, or send what nobody wants, can do to the others: nothing. */
import { connect, type Socket } from 'node:net';
import { TestService } from '../../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({}, 0);
});
afterAll(() => service?.stop());

/** A caller that writes bytes as it likes. */
interface RawCaller {
  readonly socket: Socket;
  /** What has been answered until now. */
  readonly answer: () => string;
  /** Milliseconds from the opening to the end. */
  readonly closed: Promise<number>;
}

function call(text: string): RawCaller {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname, () => socket.write(text));
  const opened = performance.now();
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const closed = new Promise<number>((resolve) =>
    socket.on('close', () => resolve(performance.now() - opened)),
  );
  return { socket, answer: () => answer, closed };
}

/** Sends a character of a text, again and again. */
function dripping(caller: RawCaller, character: string): RawCaller {
  const drip = setInterval(() => caller.socket.write(character), 500);
  void caller.closed.then(() => clearInterval(drip));
  return caller;
}

/** A request whose body does not come: its head. */
const head = (start: string, ...headers: string[]): string =>
  [`${start} HTTP/1.1`, 'host: x', 'content-type: application/json', ...headers, '', ''].join('\r\n');

/** Callers, by what they do. */
const SLOW: Readonly<Record<string, () => RawCaller>> = {
  'say nothing': () => call(''),
  'send half a head': () => call('POST /v1/session HTTP/1.1\r\nhost: x\r\n'),
  'send a head character by character': () => dripping(call('GET /healthz HTTP/1.1\r\nx-long: '), 'y'),
  'send the body of a login character by character': () =>
    dripping(call(head('POST /v1/session', 'content-length: 1000')), ' '),
  'send a body without an end': () =>
    dripping(call(head('POST /v1/session', 'transfer-encoding: chunked')), '1\r\n \r\n'),
  'send a large body without an API key, character by character': () =>
    dripping(call(head('POST /v1/permissions/transactions', 'content-length: 1048576')), ' '),
  'send a large body with an API key, character by character': () =>
    dripping(
      call(head('POST /v1/permissions/transactions', `x-api-key: ${service.key}`, 'content-length: 1048576')),
      ' ',
    ),
  'keep a connection after its answer': () => call('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'),
};

describe('four hundred slow callers', () => {
  it('are gone after a while, and the others are served meanwhile', async () => {
    const app = await service.application();
    const kinds = Object.entries(SLOW);
    const callers = kinds.flatMap(([kind, open]) =>
      Array.from({ length: 400 / kinds.length }, () => ({ kind, caller: open() })),
    );
    let gone = false;
    const all = Promise.all(callers.map(({ caller }) => caller.closed)).then((ended) => {
      gone = true;
      return ended;
    });
    let served = 0;
    while (!gone) {
      await service.consent(app, `c-${served}`, 'GRANTED');
      served += 1;
    }
    const latest: Record<string, number> = {};
    (await all).forEach((ms, index) => {
      const { kind } = callers[index] ?? { kind: '' };
      latest[kind] = Math.max(latest[kind] ?? 0, ms);
    });
    expect(Object.keys(latest)).toEqual(Object.keys(SLOW));
    // Ten seconds for a head, fifteen for a request, and what a busy machine takes to notice.
    for (const ms of Object.values(latest)) expect(ms).toBeLessThan(30_000);
    expect(served).toBeGreaterThan(20);
    // None of them was an attempt to log in.
    const wrong = { email: 'nobody@example.com', password: 'wrong-password-of-nobody' };
    expect((await service.call('POST', '/v1/session', wrong)).status).toBe(401);
  });
});

describe('a request is refused before its body has come', () => {
  /** The status of the answer to a head that no body follows. */
  async function statusOf(text: string): Promise<number> {
    const { socket, answer } = call(text);
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    socket.destroy();
    return Number(/^HTTP\/1.1 (\d+)/.exec(answer())?.[1]);
  }

  it.each([
    ['where nobody is known', 401, ['POST /v1/permissions/transactions', 'content-length: 1048576']],
    [
      'where the key is wrong',
      401,
      ['POST /v1/permissions/transactions', 'x-api-key: no', 'content-length: 9'],
    ],
    ['where the path takes another method', 405, ['PATCH /v1/session', 'content-length: 1048576']],
    ['by a page', 405, ['POST /healthz', 'content-length: 1048576']],
    ['by the documentation', 405, ['POST /docs', 'content-length: 1048576']],
    ['where it says that it is too large', 413, ['POST /v1/session', 'content-length: 16385']],
    ['as too large, by the set-up', 413, ['POST /v1/setup', 'content-length: 1048576']],
  ] as const)('%s: %i', async (_, status, [start, ...headers]) => {
    expect(await statusOf(head(start, ...headers))).toBe(status);
  });

  it('by its media type', async () => {
    const text = head('POST /v1/session', 'content-length: 1000').replace('application/json', 'text/plain');
    expect(await statusOf(text)).toBe(415);
  });

  it('by the limit of attempts of its address', async () => {
    for (let i = 0; i < 50; i++) await service.call('POST', '/v1/setup', { setupCode: 'wrong' });
    expect(await statusOf(head('POST /v1/setup', 'content-length: 1000'))).toBe(429);
  });
});

describe('a body on a route that anybody may call', () => {
  it('is 16 KiB at the most, as the refusal says', async () => {
    const answer = await service.call('POST', '/v1/setup', { setupCode: 'x'.repeat(16_384) });
    expect([answer.status, answer.body]).toEqual([
      413,
      expect.objectContaining({ detail: 'The body is larger than 16 KiB.', params: { limit: '16 KiB' } }),
    ]);
  });
});
