/** What counts as an answer, byte by byte (rule `what-counts-as-delivered`). */
import { createPoster, type PostOutcome, type WebhookPoster } from '../../../../src/delivery/http/post';
import { ok, sends, startRawReceiver, type Behaviour, type RawReceiver } from '../../../harness/raw-receiver';

const TIMEOUT_MS = 1_000;

let receiver: RawReceiver;
let poster: WebhookPoster;
beforeAll(async () => {
  receiver = await startRawReceiver();
  poster = createPoster({ requestTimeoutMs: TIMEOUT_MS, allowPrivateTargets: true });
});
afterAll(async () => {
  await poster?.close();
  await receiver?.close();
});

function post(behaviour: Behaviour, body = '{"a":1}'): Promise<PostOutcome> {
  receiver.behave(behaviour);
  return poster.post({ url: receiver.url, headers: { 'content-type': 'application/json' }, body });
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('an interim answer that nobody asked for', () => {
  it.each([
    ['100', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['100 that promises to close', 'HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n'],
    ['100 of HTTP/1.0', 'HTTP/1.0 100 Continue\r\n\r\n'],
    ['100 with a length', 'HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n'],
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103', 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'],
    ['199', 'HTTP/1.1 199 Whatever\r\n\r\n'],
    [
      'several',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n',
    ],
  ])('is passed over: %s', async (_, interim) => {
    for (const parts of [[interim, OK], [interim + OK]]) {
      expect(await post(sends(parts))).toMatchObject({
        ...{ delivered: true, statusCode: 200, error: null, responseBody: 'ok' },
        responseHeaders: { 'content-length': '2' },
      });
    }
  });

  it('does not stand for the final one', async () => {
    expect(await post(sends(['HTTP/1.1 100 Continue\r\n\r\n']))).toMatchObject({
      ...{ delivered: false, statusCode: null, error: `no complete answer within ${TIMEOUT_MS} ms` },
    });
    expect(await post(sends(['HTTP/1.1 100 Continue\r\n\r\n'], 'close'))).toMatchObject({
      ...{ delivered: false, statusCode: null, error: 'connection closed by the endpoint without an answer' },
    });
    expect(
      await post(sends(['HTTP/1.1 103 Early Hints\r\n\r\n', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'])),
    ).toMatchObject({
      ...{ delivered: false, statusCode: 500, error: 'HTTP 500' },
    });
  });

  it('that switches protocols is told as what it is', async () => {
    const parts = ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'];
    expect(await post(sends(parts))).toMatchObject({
      ...{ delivered: false, statusCode: 101 },
      error: 'the endpoint switched to another protocol without being asked to',
    });
  });
});

describe('a successful answer', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  it.each<[string, number, string, string[], 'open' | 'close' | 'reset']>([
    ['204', 204, '', ['HTTP/1.1 204 No Content\r\n\r\n'], 'open'],
    ['204 that closes', 204, '', ['HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'], 'close'],
    ['204 with a length of 0', 204, '', ['HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n'], 'open'],
    ['204 that promises a body', 204, '', ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'], 'open'],
    ['204 with a body', 204, '', ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'], 'open'],
    [
      '204 in chunks',
      204,
      '',
      ['HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n', '0\r\n\r\n'],
      'open',
    ],
    [
      '204 that closes after a body',
      204,
      '',
      ['HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nhello'],
      'close',
    ],
    ['205', 205, '', ['HTTP/1.1 205 Reset Content\r\n\r\n'], 'open'],
    ['205 with a length of 0', 205, '', ['HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n'], 'open'],
    ['205 with a body', 205, 'ok', ['HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    ['205 that closes', 205, '', ['HTTP/1.1 205 Reset Content\r\nConnection: close\r\n\r\n'], 'close'],
    ['202', 202, 'ok', ['HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    ['299', 299, 'ok', ['HTTP/1.1 299 Odd\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    [
      'that ends with the connection',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n', 'ok'],
      'close',
    ],
    ['that ends with the connection, unannounced', 200, 'ok', ['HTTP/1.1 200 OK\r\n\r\nok'], 'close'],
    ['in chunks', 200, 'hello', [chunked, '2\r\nhe\r\n', '3\r\nllo\r\n0\r\n\r\n'], 'open'],
    ['in chunks with extensions', 200, 'ok', [`${chunked}2;a=b;c="d"\r\nok\r\n0\r\n\r\n`], 'open'],
    ['in chunks with spaces after the size', 200, 'ok', [`${chunked}2  \r\nok\r\n0\r\n\r\n`], 'open'],
    [
      'in chunks with spaces in their extensions',
      200,
      'hello',
      [`${chunked}2 ; a\t=\t"b;\\"" ; c\r\nhe\r\n3; d = e\r\nllo\r\n0 ; f\r\n\r\n`],
      'open',
    ],
    [
      'in chunks with spaces in an extension of a later one',
      200,
      'hello',
      [`${chunked}2\r\nhe\r\n`, '3; d=e\r\nllo\r\n0\r\n\r\n'],
      'open',
    ],
    ['in chunks with trailers', 200, 'ok', [`${chunked}2\r\nok\r\n0\r\nX-Digest: 1\r\n\r\n`], 'open'],
    ['of HTTP/1.0', 200, 'ok', ['HTTP/1.0 200 OK\r\n\r\nok'], 'close'],
    [
      'of HTTP/1.0 that stays open',
      200,
      'ok',
      ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'],
      'open',
    ],
    ['without a reason', 200, 'ok', ['HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    ['with equal lengths', 200, 'ok', ['HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok'], 'open'],
    [
      'with equal lengths in two headers',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\ncontent-length:2\r\n\r\nok and more'],
      'open',
    ],
    [
      'with a tab beside its length',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nContent-Length:\t2\t\r\n\r\nok'],
      'open',
    ],
    [
      'with equal lengths, after an interim one',
      201,
      'ok',
      ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2 ,2,2\r\n\r\nok'],
      'close',
    ],
    [
      'with equal lengths, whose body comes later',
      200,
      '',
      ['HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n', 'ok'],
      'open',
    ],
    ['204 with equal lengths', 204, '', ['HTTP/1.1 204 No Content\r\nContent-Length: 0, 0\r\n\r\n'], 'open'],
    ['with an IM', 226, 'ok', ['HTTP/1.1 226 IM Used\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    ['with a reason in UTF-8', 200, 'ok', ['HTTP/1.1 200 Größe ✓\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    ['with an empty header', 200, 'ok', ['HTTP/1.1 200 OK\r\nX-A:\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    [
      'with zeros before its length',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nContent-Length: 0002\r\n\r\nok'],
      'open',
    ],
    ['of a later minor version', 200, 'ok', ['HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok'], 'open'],
    [
      'in chunks, said twice',
      200,
      'ok',
      [
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      ],
      'open',
    ],
    ['after empty lines', 200, 'ok', [`\r\n\r\n${OK}`], 'open'],
    ['with bare line feeds', 200, 'ok', [OK.replaceAll('\r', '')], 'open'],
    [
      'with a folded header',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nContent-Length: 2\r\n\r\nok'],
      'open',
    ],
    ['with a space before a colon', 200, 'ok', ['HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok'], 'open'],
    [
      'with control characters in a header',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nX-A: a\x01b\0c\r\nContent-Length: 2\r\n\r\nok'],
      'open',
    ],
    [
      'that offers an upgrade',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nUpgrade: h2,h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nok'],
      'open',
    ],
    [
      'with 40 KB of headers',
      200,
      'ok',
      [`HTTP/1.1 200 OK\r\n${`X-A: ${'y'.repeat(1_000)}\r\n`.repeat(40)}Content-Length: 2\r\n\r\nok`],
      'open',
    ],
    ['that is followed by more than its length', 200, 'ok', [`${OK}and more`], 'open'],
    [
      'that is followed by more, and closes',
      200,
      'ok',
      ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok\r\n'],
      'close',
    ],
    ['after which the connection is reset', 200, 'ok', [OK], 'reset'],
  ])('is a delivery: %s', async (_, statusCode, responseBody, parts, ending) => {
    expect(await post(sends(parts, ending))).toMatchObject({
      delivered: true,
      error: null,
      statusCode,
      responseBody,
    });
    // Whatever is left of it on the connection is not taken for the next one. A reset that has yet to arrive costs a request.
    receiver.behave(ok);
    const next = await post(ok);
    const answered = ending === 'reset' && next.statusCode === null ? await post(ok) : next;
    expect(answered).toMatchObject({ delivered: true, statusCode: 200, responseBody: 'ok' });
  });

  it('is a delivery before the endpoint has read a large request', async () => {
    const early = (await import('node:net')).createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('readable', () => {
        socket.read(1);
        socket.write(OK);
      });
    });
    await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve));
    const { port } = early.address() as { port: number };
    const outcome = await poster.post({
      url: `http://127.0.0.1:${port}`,
      headers: {},
      body: 'x'.repeat(8_000_000),
    });
    early.close();
    expect(outcome).toMatchObject({ delivered: true, statusCode: 200 });
  });
});

describe('an answer that is no delivery', () => {
  it.each<[string, string | RegExp, number | null, string[], 'open' | 'close' | 'reset']>([
    ['is none', 'connection closed by the endpoint without an answer', null, [], 'close'],
    ['is a reset', 'connection reset by the endpoint', null, [], 'reset'],
    [
      'ends within its headers',
      'connection closed by the endpoint without an answer',
      null,
      ['HTTP/1.1 200 OK\r\nContent'],
      'close',
    ],
    [
      'is shorter than its length',
      /^the answer was cut off/,
      200,
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'],
      'close',
    ],
    [
      'is reset within its length',
      'connection reset by the endpoint',
      200,
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'],
      'reset',
    ],
    [
      'has something else than an extension after the size of a chunk',
      "the answer's chunks are not valid HTTP",
      200,
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2; =b\r\nok\r\n0\r\n\r\n'],
      'open',
    ],
    [
      'has no last chunk',
      /^the answer was cut off/,
      200,
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'],
      'close',
    ],
    [
      'has two lengths',
      /has both Content-Length and Transfer-Encoding/,
      200,
      ['HTTP/1.1 200 OK\r\nContent-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
      'open',
    ],
    [
      'has two lengths, the other way around',
      /has both Content-Length and Transfer-Encoding/,
      200,
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
      'open',
    ],
    [
      'has different lengths',
      'the answer has more than one Content-Length',
      null,
      ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok'],
      'open',
    ],
    [
      'has different lengths in one header',
      "the answer's Content-Length is not a number",
      null,
      ['HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nok'],
      'open',
    ],
    [
      'has equal lengths and chunks',
      /Content-Length/,
      null,
      ['HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
      'open',
    ],
    [
      'has a length that is none',
      "the answer's Content-Length is not a number",
      null,
      ['HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok'],
      'open',
    ],
    [
      'has chunks that are none',
      "the answer's chunks are not valid HTTP",
      200,
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
      'open',
    ],
    [
      'has no end',
      /no complete answer within 1000 ms: it has no Content-Length, and the connection stayed open/,
      200,
      ['HTTP/1.1 200 OK\r\n\r\nok'],
      'open',
    ],
    ['does not come', 'no complete answer within 1000 ms', null, [], 'open'],
    [
      'comes in half',
      'no complete answer within 1000 ms',
      200,
      ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'],
      'open',
    ],
    ['is not HTTP', 'the answer is not valid HTTP', null, ['SSH-2.0-OpenSSH_9.6\r\n'], 'close'],
    [
      'has endless headers',
      "the answer's headers are too large",
      null,
      [`HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(999)}\r\n`.repeat(80)}`],
      'open',
    ],
  ])('says why: it %s', async (_, error, statusCode, parts, ending) => {
    const outcome = await post(sends(parts, ending));
    expect(outcome).toMatchObject({ delivered: false, statusCode, responseBody: null });
    expect(outcome.error).toMatch(error);
    expect(await post(ok)).toMatchObject({ delivered: true });
  });

  it.each([301, 302, 303, 307, 308])('says what to do about a redirect: %d', async (status) => {
    const parts = [
      `HTTP/1.1 ${status} Moved\r\nLocation: /elsewhere?code=s3cret\r\nContent-Length: 0\r\n\r\n`,
    ];
    expect((await post(sends(parts))).error).toBe(
      `HTTP ${status}: redirects are not followed; set the URL to the address that answers with a 2xx itself`,
    );
  });

  it('keeps its body where it is whole, also with two lengths', async () => {
    const parts = [
      'HTTP/1.1 500 No\r\nContent-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
    ];
    expect(await post(sends(parts))).toMatchObject({
      statusCode: 500,
      error: 'HTTP 500',
      responseBody: 'no',
    });
  });
});
