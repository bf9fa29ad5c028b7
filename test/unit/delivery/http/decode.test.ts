/** What is kept of an answer can be read (real answers, over loopback). */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createPoster, type PostOutcome, type WebhookPoster } from '../../../../src/delivery/http/post';
import { sends, startRawReceiver, type RawReceiver } from '../../../harness/raw-receiver';

let receiver: RawReceiver;
let poster: WebhookPoster;
beforeAll(async () => {
  receiver = await startRawReceiver();
  poster = createPoster({ requestTimeoutMs: 5_000, allowPrivateTargets: true });
});
afterAll(async () => {
  await poster?.close();
  await receiver?.close();
});

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The outcome where this is the body. */
function answered(body: Buffer, headers: readonly (string | Buffer)[], status = 500): Promise<PostOutcome> {
  const head = [`HTTP/1.1 ${status} X`, ...headers, `Content-Length: ${body.length}`, '', ''];
  const bytes = head.flatMap((line) => [Buffer.from(line), latin1('\r\n')]).slice(0, -1);
  receiver.behave(sends([Buffer.concat([...bytes, body])]));
  return poster.post({ url: receiver.url, headers: {}, body: '{}' });
}

const TEXT = 'Ungültig: „Köln“ €';

describe('a packed body', () => {
  it.each([
    ['gzip', 'gzip', gzipSync(TEXT)],
    ['gzip under its old name', 'x-gzip', gzipSync(TEXT)],
    ['gzip, spelled loudly', ' GZIP ', gzipSync(TEXT)],
    ['brotli', 'br', brotliCompressSync(TEXT)],
    ['deflate', 'deflate', deflateSync(TEXT)],
    ['deflate without its wrapper', 'deflate', deflateRawSync(TEXT)],
    ['one in the other', 'gzip, br', brotliCompressSync(gzipSync(TEXT))],
    ['none, and says so', 'identity', Buffer.from(TEXT)],
  ])('is kept unpacked: %s', async (_, coding, body) => {
    for (const status of [200, 500]) {
      const outcome = await answered(body, [`Content-Encoding: ${coding}`], status);
      expect(outcome).toMatchObject({ statusCode: status, responseBody: TEXT });
    }
  });

  it('is kept unpacked where the transfer packs it', async () => {
    const chunk = gzipSync(TEXT);
    const head = 'HTTP/1.1 500 X\r\nTransfer-Encoding: gzip, chunked\r\n\r\n';
    receiver.behave(
      sends([
        Buffer.concat([latin1(`${head}${chunk.length.toString(16)}\r\n`), chunk, latin1('\r\n0\r\n\r\n')]),
      ]),
    );
    const outcome = await poster.post({ url: receiver.url, headers: {}, body: '{}' });
    expect(outcome).toMatchObject({ statusCode: 500, responseBody: TEXT });
  });

  it('is unpacked up to a limit, however small it came', async () => {
    const { responseBody } = await answered(gzipSync(Buffer.alloc(50_000_000, 'z')), [
      'Content-Encoding: gzip',
    ]);
    expect(responseBody).toBe('z'.repeat(64 * 1024));
  });

  it.each(['gzip', 'br', 'zstd'])('that is not what it says is told as such: %s', async (coding) => {
    const { responseBody, error } = await answered(Buffer.from('a plain text, not packed'), [
      `Content-Encoding: ${coding}`,
    ]);
    expect([error, responseBody]).toEqual(['HTTP 500', `[24 bytes that could not be unpacked: ${coding}]`]);
  });

  it('that is empty, or holds nothing, is empty', async () => {
    expect((await answered(gzipSync(''), ['Content-Encoding: gzip'])).responseBody).toBe('');
    expect((await answered(brotliCompressSync(''), ['Content-Encoding: br'])).responseBody).toBe('');
    expect((await answered(Buffer.alloc(0), ['Content-Encoding: gzip'])).responseBody).toBe('');
  });
});

describe('the characters of a body', () => {
  it.each([
    ['Latin-1, as named', latin1('Köln'), 'text/plain; charset=ISO-8859-1', 'Köln'],
    ['Windows-1252, as named', latin1('\x80 K\xf6ln'), 'text/html;charset="windows-1252"', '€ Köln'],
    ['UTF-8', Buffer.from(TEXT), 'application/json', TEXT],
    ['UTF-8, as named', Buffer.from(TEXT), 'text/plain; charset=UTF-8', TEXT],
    ['Latin-1, not named', latin1('K\xf6ln'), 'text/plain', 'Köln'],
    ['Latin-1 that is named UTF-8', latin1('K\xf6ln'), 'text/plain; charset=utf-8', 'Köln'],
    ['in a set that nobody knows', Buffer.from('Köln'), 'text/plain; charset=x-unknown', 'Köln'],
    ['Shift JIS', Buffer.from([0x83, 0x65, 0x83, 0x58]), 'text/plain; charset=Shift_JIS', 'テス'],
    ['UTF-16 with a mark', Buffer.from('\ufeffKöln', 'utf16le'), 'text/plain', 'Köln'],
    ['UTF-8 with a mark', Buffer.from('\ufeffKöln'), 'text/plain', 'Köln'],
  ])('are read as what they are: %s', async (_, body, contentType, text) => {
    expect((await answered(body, [`Content-Type: ${contentType}`])).responseBody).toBe(text);
  });

  it('are whole where the reading ends', async () => {
    const { responseBody } = await answered(Buffer.from(`x${'ö'.repeat(40_000)}`), [
      'Content-Type: text/plain',
    ]);
    expect(responseBody).toBe(`x${'ö'.repeat(32_767)}`);
  });
});

describe('the characters of a header', () => {
  it.each([
    ['UTF-8', Buffer.from('Köln'), 'Köln'],
    ['Latin-1', latin1('K\xf6ln'), 'Köln'],
    ['with controls that HTTP does not allow', latin1('K\0\x01o\x7fln'), 'Koln'],
  ])('are read as what they are: %s', async (_, value, text) => {
    const { responseHeaders } = await answered(Buffer.alloc(0), [Buffer.concat([latin1('X-Why: '), value])]);
    expect(responseHeaders).toMatchObject({ 'x-why': text });
  });

  it('stand together where a header comes more than once', async () => {
    const { responseHeaders } = await answered(Buffer.alloc(0), ['X-Why: a', 'x-why: b', '__proto__: c']);
    expect(Object.entries(responseHeaders ?? {})).toEqual([
      ['x-why', 'a, b'],
      ['__proto__', 'c'],
      ['content-length', '0'],
    ]);
  });
});
