/** The tests call from loopback. Where that is a trusted proxy, they speak for their clients; elsewhere they are one. */
import { ensureFirstAdministrator } from '../../../src/access/administrators';
import { linkOf } from '../../harness/confirm-link';
import { ApiRig } from '../../harness/api';
import { Visitor } from '../../harness/visitor';

const CLIENT = '198.51.100.7';
const OTHER = '203.0.113.9';
const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };

async function start(trustedProxies: readonly string[]): Promise<ApiRig> {
  const api = await ApiRig.start({ trustedProxies });
  await ensureFirstAdministrator(api.db, ADMIN);
  return api;
}

/** Whether the session's cookie, of a login and of a logout, is for https only. */
async function cookiesAreSecure({ url }: ApiRig, forwardedProto?: string): Promise<boolean[]> {
  const headers = forwardedProto === undefined ? {} : { 'x-forwarded-proto': forwardedProto };
  const visitor = new Visitor(url);
  const answers = [
    await visitor.call('POST', '/v1/session', { body: ADMIN, headers }),
    await visitor.call('DELETE', '/v1/session', { headers }),
  ];
  return answers.map((answer) => (answer.headers.get('set-cookie') ?? '').split('; ').includes('Secure'));
}

async function guess({ url }: ApiRig, email: string, forwardedFor: string): Promise<number> {
  const headers = { 'x-forwarded-for': forwardedFor };
  const body = { email, password: 'wrong' };
  return (await new Visitor(url).call('POST', '/v1/session', { body, headers })).status;
}

/** Uses up what an address may try. */
async function exhaust(api: ApiRig, forwardedFor: string): Promise<void> {
  await api.db.throttle.deleteMany();
  expect(await guess(api, 'eve@example.com', forwardedFor)).toBe(401);
  await api.db.throttle.updateMany({ data: { hits: 50 } });
}

/** The network that a confirmation leaves as evidence. */
async function evidenceOf(api: ApiRig, forwardedFor: string): Promise<unknown> {
  await api.call('PUT', '/v1/applications/shop', {
    body: { name: 'Shop', sender: { email: 'shop@example.com' } },
  });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
  await api.call('POST', '/v1/subscriptions', {
    body: {
      ...{ applicationId: 'shop', name: 'Mail', url: 'https://example.com', updateType: 'citizen-emails' },
    },
  });
  const change = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
  const { body: submitted } = await api.call('POST', '/v1/permissions/transactions', {
    body: {
      ...{ applicationId: 'shop', externalRef: 'anna', email: 'anna@example.com', submitAsPending: true },
      changes: [change],
    },
  });
  const optInId = String(submitted.optInId);
  const confirmUrl = await linkOf(api, optInId);
  const { body: emails } = await api.call('GET', '/v1/deliveries?updateType=citizen-emails');
  const id = emails.items[0]?.id ?? '';
  // Nobody learns the link from the API: only the receiver does.
  const token = confirmUrl.slice(confirmUrl.lastIndexOf('/') + 1);
  const { text: shown, body: payload } = await api.call('GET', `/v1/deliveries/${id}/payload`);
  expect(shown).not.toContain(token);
  expect(payload).toMatchObject({ confirmUrl: confirmUrl.replace(token, '[redacted]') });
  const pressed = await fetch(confirmUrl, {
    method: 'POST',
    body: new URLSearchParams({ decision: 'confirmed', shown: '1' }),
    headers: { 'x-forwarded-for': forwardedFor },
  });
  expect(pressed.status).toBe(200);
  const { body: optIn } = await api.call('GET', `/v1/opt-ins/${optInId}`);
  return (optIn.decisions as readonly { readonly network: unknown }[])[0]?.network;
}

describe('what a trusted proxy says', () => {
  let api: ApiRig;
  beforeAll(async () => {
    api = await start(['192.0.2.0/24', 'loopback']);
  });
  afterAll(() => api.stop());

  it.each([
    ['https', true],
    ['http', false],
    [undefined, false],
  ])('makes the cookie one for https where the browser uses it: %s', async (proto, secure) => {
    expect(await cookiesAreSecure(api, proto)).toEqual([secure, secure]);
  });

  it('tells clients apart, for limits, by what the proxy itself saw and not by what they say before it', async () => {
    await exhaust(api, CLIENT);
    expect(await guess(api, 'mallory@example.com', CLIENT)).toBe(429);
    expect(await guess(api, 'mallory@example.com', `${OTHER}, ${CLIENT}`)).toBe(429);
    expect(await guess(api, 'mallory@example.com', `${CLIENT}, ${OTHER}`)).toBe(401);
  });

  it('keeps a stranger elsewhere from locking somebody out of their account', async () => {
    await api.db.throttle.deleteMany();
    for (let times = 0; times < 10; times++) expect(await guess(api, ADMIN.email, CLIENT)).toBe(401);
    expect(await guess(api, ADMIN.email, CLIENT)).toBe(429);
    const headers = { 'x-forwarded-for': OTHER };
    expect((await new Visitor(api.url).call('POST', '/v1/session', { body: ADMIN, headers })).status).toBe(
      200,
    );
  });

  it('does not help who guesses one password from many addresses', async () => {
    await api.db.throttle.deleteMany();
    expect(await guess(api, ADMIN.email, CLIENT)).toBe(401);
    await api.db.throttle.updateMany({ data: { hits: 100 } });
    expect(await guess(api, ADMIN.email, OTHER)).toBe(429);
    expect(await guess(api, 'mallory@example.com', OTHER)).toBe(401);
  });

  it('looks through a further trusted proxy before it', async () => {
    await exhaust(api, CLIENT);
    expect(await guess(api, 'mallory@example.com', `${CLIENT}, 192.0.2.1`)).toBe(429);
    expect(await guess(api, 'mallory@example.com', `${OTHER}, 192.0.2.1`)).toBe(401);
  });

  it("leaves the citizen's network as evidence, not the proxy's", async () => {
    expect(await evidenceOf(api, '2001:db8:1:2::3')).toBe('2001:db8:1::/48');
  });
});

describe.each<[string, string[]]>([
  ['where none is trusted', []],
  ['where only others are', ['192.0.2.0/24', 'uniquelocal']],
])('what anybody says who is no trusted proxy, %s,', (_, trustedProxies) => {
  let api: ApiRig;
  beforeAll(async () => {
    api = await start(trustedProxies);
  });
  afterAll(() => api.stop());

  it('does not make the cookie one for https', async () => {
    expect(await cookiesAreSecure(api, 'https')).toEqual([false, false]);
  });

  it('leads around no limit', async () => {
    await exhaust(api, CLIENT);
    expect(await guess(api, 'mallory@example.com', OTHER)).toBe(429);
  });

  it('is no evidence', async () => {
    expect(await evidenceOf(api, OTHER)).toBe('127.0.0.0/24');
  });
});
