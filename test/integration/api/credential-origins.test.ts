/** Stored credentials are sent to no other scheme, host or port than the one they were given for. */
import { startReceiver, type Receiver } from '../../../tools/receiver/receiver';
import { createPoster } from '../../../src/delivery/http/post';
import { createAuthority } from '../../harness/certificates';
import { ApiRig, type AnswerBody } from '../../harness/api';

const SECRET = 'sekret/0123456789+';
const poster = createPoster({ requestTimeoutMs: 3_000, allowPrivateTargets: true });

let api: ApiRig;
let home: Receiver;
let elsewhere: Receiver;
beforeAll(async () => {
  api = await ApiRig.start({ rules: { allowPrivateTargets: true }, poster });
  [home, elsewhere] = [await startReceiver({ port: 0 }), await startReceiver({ port: 0 })];
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(async () => {
  await api.stop();
  await Promise.all([home.close(), elsewhere.close(), poster.close()]);
});

interface Kind {
  readonly stored: object;
  /** The same, without and with the secret. */
  readonly without: object;
  readonly anew: object;
  readonly field: string;
}

const bearer = (token?: string) => ({ authentication: { authType: 'bearer', bearerAuth: { token } } });
const apiKey = (location: string, value?: string) => ({
  authentication: { authType: 'api-key', apiKeyAuth: { location, key: 'X-Hook-Key', value } },
});
const headers = (value?: string) => ({ headers: [{ name: 'X-Tenant', value }] });

const KINDS: Record<string, Kind> = {
  'a token': {
    ...{ stored: bearer(SECRET), without: bearer(), anew: bearer('another-token') },
    field: 'authentication.bearerAuth.token',
  },
  'an API key in a header': {
    ...{ stored: apiKey('header', SECRET), without: apiKey('header'), anew: apiKey('header', 'another-key') },
    field: 'authentication.apiKeyAuth.value',
  },
  'an API key in the query': {
    ...{ stored: apiKey('query', SECRET), without: apiKey('query'), anew: apiKey('query', 'another-key') },
    field: 'authentication.apiKeyAuth.value',
  },
  'a header': {
    ...{ stored: headers(SECRET), without: headers(), anew: headers('another-tenant') },
    field: 'headers.0.value',
  },
};
const OF_OTHER_ORIGIN = 'secret_of_other_origin';

const base = (url: string) => ({ applicationId: 'shop', name: 'CRM', url, updateType: 'consent-receipts' });
async function create(stored: object): Promise<AnswerBody> {
  return (await api.call('POST', '/v1/subscriptions', { body: { ...base(`${home.url}/hook`), ...stored } }))
    .body;
}
const problems = ({ errors }: AnswerBody) => errors.map(({ path, code }) => [path, code]);

/** Other origins than that of the receiver that the credential is for. */
function others(): string[] {
  const { port } = new URL(home.url);
  return [
    `${elsewhere.url}/hook`,
    `http://localhost:${port}/hook`,
    `https://127.0.0.1:${port}/hook`,
    'http://127.0.0.1/hook',
  ];
}

describe.each(Object.entries(KINDS))('%s that is stored', (_, { stored, without, anew, field }) => {
  it('stays with the scheme, host and port that it was given for', async () => {
    const { id } = await create(stored);
    const before = elsewhere.received.length;
    for (const url of others()) {
      const attempts = [
        ['PATCH', `/v1/subscriptions/${id}`, { url }],
        ['PATCH', `/v1/subscriptions/${id}`, { url, ...without }],
        ['PUT', `/v1/subscriptions/${id}`, base(url)],
        ['PUT', `/v1/subscriptions/${id}`, { ...base(url), ...without }],
        ['POST', '/v1/subscriptions/test', { ...base(url), id }],
        ['POST', '/v1/subscriptions/test', { ...base(url), id, ...without }],
      ] as const;
      for (const [method, path, body] of attempts) {
        const answer = await api.call(method, path, { body });
        expect([method, path, answer.status, problems(answer.body)]).toEqual([
          ...[method, path, 400],
          [[field, OF_OTHER_ORIGIN]],
        ]);
      }
    }
    expect(elsewhere.received.length).toBe(before);
  });

  it('is kept at another path or query of the same origin, however it is written', async () => {
    const { id } = await create(stored);
    const url = `${home.url.replace('http:', 'HTTP:')}/other?a=1`;
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { url } })).status).toBe(200);
    const { body } = await api.call('POST', `/v1/subscriptions/${id}/test`);
    expect(body.delivered).toBe(true);
    const { path, headers: sent } = home.received.at(-1) ?? { path: '', headers: {} };
    expect(decodeURIComponent(path) + JSON.stringify(sent)).toContain(SECRET);
  });

  it('can be given anew for another one, or left out', async () => {
    const { id } = await create(stored);
    const url = `${elsewhere.url}/hook`;
    const given = await api.call('POST', '/v1/subscriptions/test', { body: { ...base(url), id, ...anew } });
    expect(given.body.delivered).toBe(true);
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { url, ...anew } })).status).toBe(200);
    const none = { url: `${home.url}/hook`, authentication: { authType: 'none' }, headers: [] };
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: none })).status).toBe(200);
    // What stood there first is gone, and does not come back with the first origin.
    const back = await api.call('PATCH', `/v1/subscriptions/${id}`, { body: without });
    expect([back.status, problems(back.body)]).toEqual([400, [[field, 'secret_required']]]);
    for (const { path, headers: sent } of elsewhere.received)
      expect(decodeURIComponent(path) + JSON.stringify(sent)).not.toContain(SECRET);
  });
});

describe('a grant of OAuth 2.0 that is stored', () => {
  const oauth2 = (clientSecret?: string) => ({
    authType: 'oauth2',
    oauth2Auth: { tokenUrl: 'http://127.0.0.1:9/token', clientId: 'client', clientSecret },
  });

  it('gives no tokens to another scheme, host or port than the one it was given for', async () => {
    const { id } = await create({ authentication: oauth2(SECRET) });
    for (const url of others()) {
      for (const change of [{ url }, { url, authentication: oauth2() }]) {
        const { status, body } = await api.call('PATCH', `/v1/subscriptions/${id}`, { body: change });
        const path = 'authentication.oauth2Auth.clientSecret';
        expect([status, problems(body)]).toEqual([400, [[path, OF_OTHER_ORIGIN]]]);
      }
    }
    const anew = { url: `${elsewhere.url}/hook`, authentication: oauth2('another-secret') };
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: anew })).status).toBe(200);
    const path = { url: `${elsewhere.url}/other` };
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: path })).status).toBe(200);
  });
});

describe('a client certificate that is stored', () => {
  const issued = createAuthority('ours').issue('consent-webhooks');
  const { certificate } = issued;

  it('is shown to no other scheme, host or port than the one it was given for', async () => {
    const { id } = await create({ clientCertificate: issued });
    const refused = [400, [['clientCertificate.privateKey', OF_OTHER_ORIGIN]]];
    for (const url of others()) {
      for (const change of [{ url }, { url, clientCertificate: { certificate } }]) {
        const saved = await api.call('PATCH', `/v1/subscriptions/${id}`, { body: change });
        expect([saved.status, problems(saved.body)]).toEqual(refused);
        const draft = { ...base(url), id, ...change };
        const tested = await api.call('POST', '/v1/subscriptions/test', { body: draft });
        expect([tested.status, problems(tested.body)]).toEqual(refused);
      }
    }
    const url = `${elsewhere.url}/hook`;
    for (const change of [
      { url, clientCertificate: issued },
      { url: home.url, clientCertificate: null },
    ])
      expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: change })).status).toBe(200);
  });
});
