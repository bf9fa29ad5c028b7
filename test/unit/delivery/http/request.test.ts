import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { version } from '../../../../package.json';
import { buildRequest, secretsOf, type RequestParts } from '../../../../src/delivery/http/request';

const secretOf = (text: string): string => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`;
const [SECRET, PREVIOUS] = [secretOf('of today'), secretOf('of yesterday')];

const PARTS: RequestParts = {
  url: 'https://receiver.example/hook',
  credential: { type: 'none' },
  staticHeaders: [],
  signingSecrets: [SECRET],
  webhookId: '01900000-0000-7000-8000-000000000001',
  subscriptionId: '01900000-0000-7000-8000-000000000002',
  changeId: '01900000-0000-7000-8000-000000000003',
  updateType: 'consent-receipts',
  sequence: 7,
  attempt: 2,
  body: '{"applicationId":"shop"}',
  sentAt: new Date(),
};

const build = (parts: Partial<RequestParts> = {}) => buildRequest({ ...PARTS, ...parts });

describe('the request of a webhook', () => {
  it('carries the body as it is, and what it is about in headers', () => {
    const { url, body, headers } = build();
    expect([url, body]).toEqual([PARTS.url, PARTS.body]);
    const {
      'webhook-signature': signature,
      'signature-input': input,
      signature: second,
      ...others
    } = headers;
    expect([signature, input, second]).toEqual([
      expect.stringMatching(/^v1,/),
      expect.stringMatching(/^cpm=\("@method" "@target-uri" /),
      expect.stringMatching(/^cpm=:/),
    ]);
    expect(others).toEqual({
      'content-type': 'application/json',
      accept: '*/*',
      'user-agent': `cpm-webhooks/${version}`,
      'content-digest': `sha-256=:${createHash('sha256').update(PARTS.body).digest('base64')}:`,
      'webhook-id': PARTS.webhookId,
      'webhook-timestamp': String(Math.floor(PARTS.sentAt.getTime() / 1_000)),
      'x-cpm-update-type': 'consent-receipts',
      'x-cpm-subscription-id': PARTS.subscriptionId,
      'x-cpm-change-id': PARTS.changeId,
      'x-cpm-sequence': '7',
      'x-cpm-attempt': '2',
    });
  });

  it('is marked where it is a test of the endpoint', () => {
    expect(build({ test: true }).headers['x-cpm-test']).toBe('true');
    expect(build({ test: false }).headers).not.toHaveProperty('x-cpm-test');
  });
});

describe('the signature of a request', () => {
  it('is one that the library of the specification verifies, whatever the body', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        const { headers } = build({ body });
        expect(new Webhook(SECRET).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => new Webhook(SECRET).verify(`${body} `, headers)).toThrow();
        expect(() => new Webhook(PREVIOUS).verify(body, headers)).toThrow();
      }),
    );
  });

  it('covers the id of the delivery and the time of sending', () => {
    const { headers } = build();
    for (const forged of [
      { 'webhook-id': PARTS.changeId },
      { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) },
    ]) {
      expect(() => new Webhook(SECRET).verify(PARTS.body, { ...headers, ...forged })).toThrow();
    }
  });

  it('is given under both secrets while one replaces the other, the newest first', () => {
    const { headers } = build({ signingSecrets: [SECRET, PREVIOUS] });
    expect(headers['webhook-signature']?.split(' ')).toEqual([
      build().headers['webhook-signature'],
      build({ signingSecrets: [PREVIOUS] }).headers['webhook-signature'],
    ]);
    for (const secret of [SECRET, PREVIOUS]) {
      expect(new Webhook(secret).verify(PARTS.body, headers)).toEqual(JSON.parse(PARTS.body));
    }
  });
});

describe('the credential of a request', () => {
  it('is a bearer token in the authorization header', () => {
    const { headers, url } = build({ credential: { type: 'bearer', token: 't0ken' } });
    expect([headers.authorization, url]).toEqual(['Bearer t0ken', PARTS.url]);
  });

  it('is an API key in the header of the given name', () => {
    const credential = { type: 'api-key', location: 'header', key: 'X-Key', value: 'v' } as const;
    const { headers, url } = build({ credential });
    expect([headers['X-Key'], url]).toEqual(['v', PARTS.url]);
  });

  it.each([
    ['https://a.example', 'https://a.example?k=v'],
    ['https://a.example/?', 'https://a.example/?k=v'],
    ['https://a.example/h?a=1&b=%20', 'https://a.example/h?a=1&b=%20&k=v'],
    ['https://a.example/h?k=old&a=1', 'https://a.example/h?a=1&k=v'],
    ['https://a.example/h?%6B=old', 'https://a.example/h?k=v'],
    ['https://a.example/h?a=1?2', 'https://a.example/h?a=1?2&k=v'],
    ['https://a.example/h?%zz=1', 'https://a.example/h?%zz=1&k=v'],
  ])('is an API key in the query, beside the other parameters: %s', (url, sentTo) => {
    const credential = { type: 'api-key', location: 'query', key: 'k', value: 'v' } as const;
    expect(build({ url, credential }).url).toBe(sentTo);
  });

  it('arrives in the query as it is, whatever it holds, and once', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, fc.webUrl({ withQueryParameters: true }), (key, value, url) => {
        const credential = { type: 'api-key', location: 'query', key, value } as const;
        const sentTo = new URL(build({ url, credential }).url);
        expect(sentTo.searchParams.getAll(key)).toEqual([value]);
      }),
    );
  });
});

describe('the headers of the subscription’s own', () => {
  const staticHeaders = [
    { name: 'X-Tenant', value: 'acme' },
    { name: 'X-Gateway-Key', value: 'key-of-the-gateway' },
  ];

  it('are sent beside its authentication, and known as what it keeps secret', () => {
    const { headers, secretHeaders } = build({
      staticHeaders,
      credential: { type: 'bearer', token: 't0ken' },
    });
    expect(headers).toMatchObject({
      'X-Tenant': 'acme',
      'X-Gateway-Key': 'key-of-the-gateway',
      authorization: 'Bearer t0ken',
    });
    expect(secretHeaders).toEqual(['X-Tenant', 'X-Gateway-Key', 'authorization']);
  });
});

describe('the secrets that must not be kept of an answer', () => {
  const of = (credential: RequestParts['credential'], ...values: string[]): string[] =>
    secretsOf({ credential, staticHeaders: values.map((value) => ({ name: 'X-Key', value })) }, PARTS.url);

  it('are the value of the credential, whatever its kind', () => {
    expect(of({ type: 'none' })).toEqual([]);
    expect(of({ type: 'bearer', token: 't' })).toEqual(['t']);
    for (const location of ['header', 'query'] as const) {
      expect(of({ type: 'api-key', location, key: 'k', value: 'v' })).toEqual(['v']);
    }
  });

  it('are the values of its headers, but those too short to be a secret', () => {
    expect(of({ type: 'none' }, 'eu-1', 'key-of-the-gateway')).toEqual(['key-of-the-gateway']);
  });

  it('are also those of the URL', () => {
    const url = 'https://receiver.example/hook?sig=a%2Bb%2Bc%2Bd&v=1';
    expect(secretsOf({ credential: { type: 'none' }, staticHeaders: [] }, url)).toEqual(['a%2Bb%2Bc%2Bd']);
  });

  it('are also what a whole authorization consists of, where the API key or a header is one', () => {
    const pair = Buffer.from('user:p4ss:word').toString('base64');
    const parts = [`Basic ${pair}`, pair, 'user:p4ss:word', 'p4ss:word'];
    const key = (value: string): string[] =>
      of({ type: 'api-key', location: 'header', key: 'Authorization', value });
    expect(key(`Basic ${pair}`)).toEqual(parts);
    expect(of({ type: 'none' }, `Basic ${pair}`)).toEqual(parts);
    expect(key('Token t0ken')).toEqual(['Token t0ken', 't0ken']);
    expect(key('three words here')).toEqual(['three words here']);
  });
});
