/** The wait that an answer asks for, byte by byte. */
import { createPoster, type WebhookPoster } from '../../../../src/delivery/http/post';
import { sends, startRawReceiver, type RawReceiver } from '../../../harness/raw-receiver';

let receiver: RawReceiver;
let poster: WebhookPoster;
beforeAll(async () => {
  receiver = await startRawReceiver();
  poster = createPoster({ requestTimeoutMs: 2_000, allowPrivateTargets: true });
});
afterAll(async () => {
  await poster?.close();
  await receiver?.close();
});

/** What an answer asks for, by the service's own reading. */
async function asked(status: string, ...headers: string[]): Promise<number | null> {
  const head = [`HTTP/1.1 ${status}`, 'Content-Length: 0', ...headers].join('\r\n');
  receiver.behave(sends([`${head}\r\n\r\n`]));
  return (await poster.post({ url: receiver.url, headers: {}, body: '{}' })).retryAfterMs;
}

const TOO_MANY = '429 Too Many Requests';
const DATE = 'Date: Sun, 06 Nov 1994 08:49:37 GMT';

describe('an answer with Retry-After', () => {
  it.each([
    ['seconds', ['Retry-After: 120'], 120_000],
    ['no seconds at all', ['Retry-After: 0'], 0],
    ['seconds with spaces around', ['Retry-After:   7  '], 7_000],
    ['a header name in lower case', ['retry-after: 7'], 7_000],
    ['more than can be told apart', ['Retry-After: 99999999999999999999'], 2 ** 31 - 1],
    ['a date, measured by its own clock', ['Retry-After: Sun, 06 Nov 1994 08:51:37 GMT', DATE], 120_000],
    [
      'a date in the form of RFC 850',
      ['Retry-After: Sunday, 06-Nov-94 08:49:47 GMT', 'Date: Sunday, 06-Nov-94 08:49:37 GMT'],
      10_000,
    ],
    ['a date in the form of asctime', ['Retry-After: Sun Nov  6 08:49:47 1994', DATE], 10_000],
    ['a date that is over', ['Retry-After: Sun, 06 Nov 1994 08:49:30 GMT', DATE], 0],
  ])('asks for a wait: %s', async (_, headers, expected) => {
    for (const status of [TOO_MANY, '503 Service Unavailable']) {
      expect(await asked(status, ...headers)).toBe(expected);
    }
  });

  it('asks for a wait until a date by our clock where it has no Date', async () => {
    const ms = await asked(TOO_MANY, `Retry-After: ${new Date(Date.now() + 90_000).toUTCString()}`);
    expect(ms).toBeGreaterThan(85_000);
    expect(ms).toBeLessThanOrEqual(90_000);
  });

  it.each([
    '',
    'soon',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    '5 s',
    '2030-01-01T00:00:00Z',
    'Sun, 99 Nov 1994 08:49:37 GMT',
  ])('asks for nothing that can be understood: "%s"', async (value) =>
    expect(await asked(TOO_MANY, `Retry-After: ${value}`)).toBeNull(),
  );

  it.each([
    '200 OK',
    '202 Accepted',
    '204 No Content',
    '301 Moved Permanently',
    '302 Found',
    '404 Not Found',
    '500 No',
  ])('asks for no wait where it means something else: %s', async (status) =>
    expect(await asked(status, 'Retry-After: 120')).toBeNull(),
  );
});

it('an answer without Retry-After asks for no wait', async () => {
  expect(await asked(TOO_MANY)).toBeNull();
});
