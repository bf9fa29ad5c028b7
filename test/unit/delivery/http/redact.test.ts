import fc from 'fast-check';
import { redactAnswer, redactRequestHeaders, type KeptAnswer } from '../../../../src/delivery/http/redact';

const answer = (body: string | null, headers: Record<string, string> | null = {}): KeptAnswer => ({
  headers,
  body,
});

/** The kept part of a body in which a receiver echoes something. */
const kept = (body: string, ...secrets: string[]): string | null => redactAnswer(answer(body), secrets).body;

describe('the headers of a request, as they are kept', () => {
  it('hide those that hold what the subscription keeps secret, by their place', () => {
    const headers = { authorization: 'Bearer t0ken', 'x-stage': 'true', 'x-cpm-test': 'true' };
    const request = { url: '', body: '', headers, secretHeaders: ['authorization', 'x-stage'] };
    expect(redactRequestHeaders(request)).toEqual({
      authorization: '[redacted]',
      'x-stage': '[redacted]',
      'x-cpm-test': 'true',
    });
  });
});

describe('the headers of an answer, as they are kept', () => {
  it('hide what is a credential of somebody by its name', () => {
    const headers = {
      'set-cookie': 'session=1',
      authorization: 'Basic eA==',
      'proxy-authorization': 'Basic eA==',
      'www-authenticate': 'Bearer realm="x"',
      server: 'nginx',
    };
    expect(redactAnswer(answer(null, headers), []).headers).toEqual({
      'set-cookie': '[redacted]',
      authorization: '[redacted]',
      'proxy-authorization': '[redacted]',
      'www-authenticate': '[redacted]',
      server: 'nginx',
    });
  });

  it.each(['X-Api-Key', 'x-amz-security-token', 'X-Csrf-Token', 'client-secret', 'x-session-id'])(
    'hide what is a secret of somebody by the end of its name: %s',
    (name) =>
      expect(redactAnswer(answer(null, { [name]: 'x' }), []).headers).toEqual({ [name]: '[redacted]' }),
  );

  it('hide the secrets in URLs that the endpoint leads to, whoever they belong to', () => {
    const headers = {
      location: '/moved?sig=0123456789&page=2',
      link: '<https://b.example/?token=0123456789>; rel="next"',
      'x-why': 'what?for=0123456789',
    };
    expect(redactAnswer(answer(null, headers), []).headers).toEqual({
      location: '/moved?sig=***&page=2',
      link: '<https://b.example/?token=***>; rel="next"',
      'x-why': 'what?for=0123456789',
    });
  });

  it('hide the credential where the endpoint echoes it, and keep what stands around it', () => {
    const headers = { 'x-echo': 'you sent t0ken-12, thanks' };
    expect(redactAnswer(answer(null, headers), ['t0ken-12']).headers).toEqual({
      'x-echo': 'you sent [redacted], thanks',
    });
  });

  it('are not full of holes where a value is too short to be a secret', () => {
    expect(redactAnswer(answer('{"id": 1, "n": 11}'), ['1']).body).toBe('{"id": 1, "n": 11}');
  });

  it('hide the credential in names too, and are cut', () => {
    const headers = { 'x-t0ken-1234': 'y'.repeat(10_000) };
    expect(redactAnswer(answer(null, headers), ['t0ken-1234']).headers).toEqual({
      'x-[redacted]': 'y'.repeat(4_096),
    });
  });

  it('are none where there was no answer', () => {
    expect(redactAnswer(answer(null, null), ['t0ken-12'])).toEqual({ headers: null, body: null });
  });
});

describe('the body of an answer, as it is kept', () => {
  const secret = `p"ä<s&s> w+r/d`;

  it('hides what comes to light only where null characters are left out, as in UTF-16 that is not said to be it', () => {
    expect(kept([...'you sent t0ken-1234'].join('\0'), 't0ken-1234')).toBe('you sent [redacted]');
  });

  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ echo: secret })],
    ['in JSON that stands in JSON', JSON.stringify(JSON.stringify({ echo: secret }))],
    ['in a path or query', encodeURIComponent(secret)],
    ['in a path or query, in lower case', encodeURIComponent(secret).toLowerCase()],
    ['in a form', new URLSearchParams({ echo: secret }).toString()],
    ['in HTML', secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('holds no echo of the credential %s', (_, echo) => {
    const body = kept(`before ${echo} after`, secret);
    expect(body).toContain('[redacted]');
    expect(body).toMatch(/^before .* after$/);
    expect(body).not.toContain('w+r');
  });

  it('holds no echo of any credential, wherever it stands and however often', () => {
    const secrets = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{8,20}$/), { minLength: 1, maxLength: 3 });
    const rest = fc.array(fc.stringMatching(/^[ g-z]{0,20}$/), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(secrets, rest, (all, texts) => {
        const body = kept(texts.map((text) => text + all.join(' ')).join('|'), ...all) ?? '';
        expect(all.filter((secret) => body.includes(secret))).toEqual([]);
        expect(body.split('[redacted]').length - 1).toBe(texts.length * all.length);
      }),
    );
  });

  it('keeps no half of the longer of two credentials, one of which is a part of the other', () => {
    expect(kept('a my-t0ken-and-more b my-t0ken c', 'my-t0ken', 'my-t0ken-and-more')).toBe(
      'a [redacted] b [redacted] c',
    );
  });

  it('is cut after 4,096 characters, and no half of a credential stays at the end', () => {
    const body = kept(
      `${'x'.repeat(4_090)}t0ken-of-the-subscription${'y'.repeat(100)}`,
      't0ken-of-the-subscription',
    );
    expect(body).toBe(`${'x'.repeat(4_090)}[redac`);
  });

  it('holds no half of a long credential that fills all that was read of it', () => {
    const secret = 'k'.repeat(10) + 'abcdefghij'.repeat(199);
    const body = kept(`${secret} `.repeat(50).slice(0, 64 * 1024), secret) ?? '';
    expect(body).toMatch(/^(?:\[redacted\] ?)+$/);
  });

  it('holds no null characters, which the database cannot store', () => {
    expect(kept('a\0b\0')).toBe('ab');
  });
});
