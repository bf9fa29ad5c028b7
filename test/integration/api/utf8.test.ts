import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ApiRig } from '../../harness/api';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
});
afterAll(() => api.stop());

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Records consent of a citizen of this reference. */
function bodyOf(externalRef: string, state: string): string {
  const change = { optionType: 'option', optionId: 'news', justification: 'consent', state };
  return JSON.stringify({ applicationId: 'shop', externalRef, changes: [change] });
}

async function post(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(api.url + path, {
    method: 'POST',
    headers: { 'x-api-key': api.key, 'content-type': 'application/json', ...headers },
    body: new Uint8Array(body),
  });
}

/** Sends the very bytes of a request; answers with the status and what follows. */
async function raw(request: Buffer): Promise<string> {
  const { port, hostname } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(request);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

const get = (target: string): Promise<string> =>
  raw(latin1(`GET ${target} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${api.key}\r\nConnection: close\r\n\r\n`));

describe('a body whose bytes are not UTF-8', () => {
  it('is refused, so that two people whose names differ by such a byte stay two', async () => {
    for (const [name, state] of [
      ['Köhler', 'DENIED'],
      ['Kähler', 'GRANTED'],
    ] as const) {
      const answer = await post('/v1/permissions/transactions', latin1(bodyOf(name, state)));
      expect([answer.status, await answer.json()]).toEqual([
        400,
        expect.objectContaining({ code: 'invalid_encoding' }),
      ]);
    }
    expect((await api.call('GET', '/v1/citizens?applicationId=shop')).body.total).toBe(0);
  });

  it.each([
    ['half a character', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3]), Buffer.from('"}')])],
    [
      'an overlong form',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc1, 0xa1]), Buffer.from('"}')]),
    ],
    [
      'half of a surrogate pair',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
  ])('is refused with %s, compressed too', async (_, body) => {
    expect((await post('/v1/citizens', body)).status).toBe(400);
    expect((await post('/v1/citizens', gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it('is refused by routes that are open to everybody', async () => {
    const answer = await post('/v1/session', latin1('{"email":"a@example.com","password":"pässwörd"}'));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'invalid_encoding' }),
    ]);
  });

  it.each(['utf-16', 'utf-16le', 'utf-7', 'utf-32'])('is a 415 under the charset %s', async (charset) => {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    expect((await post('/v1/citizens', Buffer.from('{"name":"a"}', 'utf16le'), headers)).status).toBe(415);
  });

  it('is accepted as UTF-8, whatever the language', async () => {
    for (const name of ['Köhler', 'Жуков', '李雷', '😀', '\ufffd']) {
      expect((await post('/v1/permissions/transactions', Buffer.from(bodyOf(name, 'GRANTED')))).status).toBe(
        202,
      );
      const query = new URLSearchParams({ applicationId: 'shop', externalRef: name });
      expect((await api.call('GET', `/v1/permissions?${query.toString()}`)).status).toBe(200);
    }
  });
});

describe('a path or a query string that is not percent-encoded UTF-8', () => {
  it.each([
    '/v1/permissions?applicationId=shop&externalRef=K%F6hler',
    '/v1/permissions?applicationId=shop&externalRef=K\xf6hler',
    '/v1/permissions?applicationId=shop&externalRef=K\xc3\xb6hler',
    '/v1/permissions?applicationId=shop&externalRef=K%ED%A0%80hler',
    '/v1/citizens?q=%ff',
    '/v1/citizens?%ff=1',
    '/v1/applications/sh%F6p',
    '/v1/applications/sh\xf6p',
    '/v1/applications/shop/options/%C3',
    '/nothing/%ff',
  ])('is refused: %j', async (target) => {
    const answer = await get(target);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    // Node's parser answers raw bytes by itself, without a body.
    if (/^[!-~]*$/.test(target)) expect(answer).toContain('"code":"invalid_encoding"');
  });

  it.each(['/confirm/%ff', '/confirm/abc?x=%ff', '/confirm/abc%C3'])(
    'is refused on the confirm page, in words for citizens: %j',
    async (target) => {
      const answer = await get(target);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('<!doctype html>');
    },
  );
});

describe('a null character, which PostgreSQL cannot hold,', () => {
  it.each([
    ['/v1/permissions?applicationId=shop&externalRef=%00', 'externalRef'],
    ['/v1/citizens?q=a%00b', 'q'],
    ['/v1/audit-events?objectId=%00', 'objectId'],
    ['/v1/audit-events?action=a%00', 'action'],
    ['/v1/applications?cursor=%00', 'cursor'],
  ])('is refused in a query string: %s', async (target, path) => {
    const { status, body } = await api.call('GET', target);
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ path })]]);
  });

  it.each(['/v1/applications/shop/options/%00', '/v1/applications?%00=1'])(
    'is refused in a path and in the name of a parameter: %s',
    async (target) => {
      const { status, body } = await api.call('GET', target);
      expect([status, body.code]).toEqual([400, 'null_character']);
    },
  );

  it('is refused in a body, in a cursor, and on the confirm page', async () => {
    const key = { name: 'a', scopes: ['consent:read'], applicationIds: ['a\u0000b'] };
    const created = await api.asOwner('POST', '/v1/api-keys', { body: key });
    expect([created.status, created.body.errors[0]?.path]).toEqual([400, 'applicationIds.0']);
    const cursor = Buffer.from(JSON.stringify(['applications', 1, ['a\u0000b']])).toString('base64url');
    const page = await api.call('GET', `/v1/applications?cursor=${cursor}`);
    expect([page.status, page.body.errors[0]?.code]).toEqual([400, 'invalid_cursor']);
    expect((await fetch(`${api.url}/confirm/a%00b`)).status).toBe(400);
  });
});

describe('a body that says a thing twice', () => {
  it('is refused, since receivers of it may differ in what they take it for', async () => {
    const body = bodyOf('twice', 'GRANTED').replace('"state":', '"state":"DENIED","state":');
    const { status, body: problem } = await api.call('POST', '/v1/permissions/transactions', { body });
    expect([status, problem.code]).toEqual([400, 'repeated_member']);
    expect((await api.call('GET', '/v1/permissions?applicationId=shop&externalRef=twice')).status).toBe(404);
  });
});

describe('the form of the confirm page', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each(['decision=renew&note=K%F6hler', 'decision=renew&note=K\xf6hler', 'decision=renew&%ff=1'])(
    'is refused where it is not UTF-8: %j',
    async (body) => {
      const answer = await post('/confirm/abc', latin1(body), form);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    },
  );

  it('is read as UTF-8', async () => {
    expect((await post('/confirm/abc', latin1('decision=renew&note=K%C3%B6hler'), form)).status).toBe(404);
  });
});

describe('a header whose bytes are not ASCII', () => {
  it.each([
    ['Idempotency-Key', 400],
    ['X-API-Key', 401],
    ['Cookie', 401],
  ])('%s is refused', async (name, status) => {
    const key = name === 'Idempotency-Key' ? `X-API-Key: ${api.key}\r\n` : '';
    const body = '{"name":"a"}';
    const head = `POST /v1/citizens HTTP/1.1\r\nHost: x\r\n${key}Content-Type: application/json\r\nConnection: close\r\n`;
    const value = name === 'Cookie' ? 'cpm_session=K\xf6hler' : 'K\xf6hler';
    const answer = await raw(
      latin1(`${head}${name}: ${value}\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});
