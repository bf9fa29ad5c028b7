/** What browsers are told to hold themselves to. The tests call from loopback, a trusted proxy here that may say it was https. */
import { ensureFirstAdministrator } from '../../../src/access/administrators';
import { ApiRig } from '../../harness/api';
import { Visitor } from '../../harness/visitor';

const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };
const HTTPS = { 'x-forwarded-proto': 'https' };

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start({ trustedProxies: ['loopback'] });
  await ensureFirstAdministrator(api.db, ADMIN);
});
afterAll(() => api.stop());

const PATHS = [
  '/',
  '/docs',
  '/docs/errors',
  '/docs/start.js',
  '/confirm/unknown',
  '/v1/subscriptions',
  '/nothing',
];
const OPEN = ['/healthz', '/metrics', '/v1/openapi.json', '/.well-known/jwks.json'];

describe.each([...PATHS, ...OPEN])('an answer of %s', (path) => {
  const headers = async (given: Record<string, string> = {}): Promise<Headers> =>
    (await fetch(api.url + path, { headers: given, redirect: 'manual' })).headers;

  it('may not be framed, guessed at, read by other origins, or told of to others', async () => {
    expect(Object.fromEntries(await headers())).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'none';.*base-uri 'none';form-action 'self';frame-ancestors 'none'$/,
      ) as unknown,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringMatching(
        /camera=\(\), .*geolocation=\(\), microphone=\(\)/,
      ) as unknown,
    });
  });

  it('allows no inline script, no inline style, and nothing evaluated', async () => {
    const policy = (await headers()).get('content-security-policy');
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('lets no other origin read it', async () => {
    expect((await headers({ origin: 'https://evil.example' })).get('access-control-allow-origin')).toBeNull();
  });

  it('has browsers keep to https for a year where they came by it, and only there', async () => {
    const told = async (given?: Record<string, string>): Promise<string | null> =>
      (await headers(given)).get('strict-transport-security');
    expect(await told(HTTPS)).toBe('max-age=31536000; includeSubDomains');
    expect(await told()).toBeNull();
  });
});

describe("the session's cookie over https", () => {
  it('is one that no other host could have set', async () => {
    const visitor = new Visitor(api.url);
    const { headers } = await visitor.call('POST', '/v1/session', { body: ADMIN, headers: HTTPS });
    expect(headers.get('set-cookie')).toMatch(
      /^__Host-cpm_session=[\w-]{43}; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect((await visitor.call('GET', '/v1/session', { headers: HTTPS })).body.state).toBe('authenticated');
  });

  it('is not taken by the name that another host could set', async () => {
    const visitor = new Visitor(api.url);
    await visitor.call('POST', '/v1/session', { body: ADMIN, headers: HTTPS });
    visitor.cookie = visitor.cookie?.replace('__Host-', '');
    expect((await visitor.call('GET', '/v1/session', { headers: HTTPS })).body.state).toBe('anonymous');
  });
});

it('has nobody keep an answer with data of people', async () => {
  for (const path of [
    '/v1/subscriptions',
    '/v1/deliveries',
    '/v1/citizens/unknown',
    '/v1/audit-events',
    '/v1/session',
  ]) {
    expect((await api.call('GET', path)).headers.get('cache-control')).toBe('no-store');
  }
  expect((await fetch(`${api.url}/confirm/unknown`)).headers.get('cache-control')).toBe('no-store');
});
