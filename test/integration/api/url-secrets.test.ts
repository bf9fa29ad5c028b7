/** Secrets in the query and the path of a subscription's URL (rule `url-secrets-are-sealed`). */
import { startReceiver, type Receiver } from '../../../tools/receiver/receiver';
import { createPoster } from '../../../src/delivery/http/post';
import { sealStoredAnswers } from '../../../src/delivery/seal-answers';
import { newId } from '../../../src/platform/ids';
import { sealStoredUrls } from '../../../src/subscriptions/seal-urls';
import { ApiRig, type Answer, type AnswerBody } from '../../harness/api';
import { putDeliveries } from '../../harness/deliveries';

const SIG = 'sekret%2F0123456789%2B';
const TOKEN = 'kBaD4x0QmZ1yT7uVw2Xc9LpE';
const PATH = `/in/${TOKEN}?sig=${SIG}&v=1`;
const SHOWN = '/in/***?sig=***&v=1';
const poster = createPoster({ requestTimeoutMs: 3_000, allowPrivateTargets: true });

let api: ApiRig;
let receiver: Receiver;
beforeAll(async () => {
  api = await ApiRig.start({ rules: { allowPrivateTargets: true }, poster });
  receiver = await startReceiver({ port: 0 });
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(async () => {
  await api.stop();
  await Promise.all([receiver.close(), poster.close()]);
});

const draft = (path: string, changes: object = {}) => ({
  ...{ applicationId: 'shop', name: 'CRM', url: `${receiver.url}${path}`, updateType: 'consent-receipts' },
  ...changes,
});
const create = async (path = PATH, changes: object = {}): Promise<AnswerBody> =>
  (await api.call('POST', '/v1/subscriptions', { body: draft(path, changes) })).body;
const rowOf = (id: string) => api.db.subscription.findUniqueOrThrow({ where: { id } });
const problems = ({ status, body }: Answer) => [
  status,
  (body.errors ?? []).map(({ path, code }) => [path, code]),
];
const REFUSED = [400, [['url', 'masked_url']]];

/** Where a test request of a subscription arrives. */
async function arrivesAt(id: string): Promise<string | undefined> {
  const { body, text } = await api.call('POST', `/v1/subscriptions/${id}/test`);
  expect(body.delivered).toBe(true);
  for (const secret of [SIG, decodeURIComponent(SIG), TOKEN]) expect(text).not.toContain(secret);
  return receiver.received.at(-1)?.path;
}

describe('the secrets of a URL', () => {
  it('are shown to nobody and stored sealed, and requests carry them', async () => {
    const { id, url } = await create();
    expect(url).toBe(receiver.url + SHOWN);
    for (const path of [`/v1/subscriptions/${id}`, '/v1/subscriptions?limit=100']) {
      const { text } = await api.call('GET', path);
      for (const secret of [SIG, TOKEN]) expect(text).not.toContain(secret);
    }
    const row = await rowOf(id);
    expect(row.url).toBe(receiver.url + SHOWN);
    expect(api.sealer.open(row.urlSealed ?? '', 'credential')).toBe(receiver.url + PATH);
    expect(await arrivesAt(id)).toBe(PATH);
    expect(api.log()).not.toContain(SIG);
  });

  it('stay as they are where masks are given back, and what else is given changes', async () => {
    const { id } = await create();
    const route = `/v1/subscriptions/${id}`;
    const before = await rowOf(id);
    const { body: shown } = await api.call('GET', route);
    expect((await api.call('PUT', route, { body: shown })).status).toBe(200);
    expect((await api.call('PATCH', route, { body: { url: shown.url, maxInFlight: 7 } })).status).toBe(200);
    expect((await rowOf(id)).urlSealed).toBe(before.urlSealed);
    const url = `${receiver.url}/in/***?v=2&sig=***`;
    expect((await api.call('PATCH', route, { body: { url } })).body.url).toBe(url);
    expect(await arrivesAt(id)).toBe(`/in/${TOKEN}?v=2&sig=${SIG}`);
    expect((await api.call('PATCH', route, { body: { url: `${receiver.url}/plain` } })).status).toBe(200);
    expect(await rowOf(id)).toMatchObject({ url: `${receiver.url}/plain`, urlSealed: null });
  });

  it('stay with their scheme, host, port and path', async () => {
    const { id } = await create();
    const route = `/v1/subscriptions/${id}`;
    for (const url of [
      `http://localhost:${new URL(receiver.url).port}${SHOWN}`,
      `${receiver.url}/elsewhere/***?sig=***`,
      `${receiver.url}/elsewhere?sig=***`,
      `${receiver.url}/in/***?code=***`,
    ]) {
      const body = { ...draft(''), url };
      for (const [method, path] of [
        ['PATCH', route],
        ['PUT', route],
        ['POST', '/v1/subscriptions'],
      ] as const)
        expect(problems(await api.call(method, path, { body }))).toEqual(REFUSED);
      for (const stored of [{ id }, {}])
        expect(
          problems(await api.call('POST', '/v1/subscriptions/test', { body: { ...body, ...stored } })),
        ).toEqual(REFUSED);
    }
    expect(await arrivesAt(id)).toBe(PATH);
  });

  it('are those of the stored URL in a test of a draft of it', async () => {
    const { id } = await create();
    const { body } = await api.call('POST', '/v1/subscriptions/test', { body: draft(SHOWN, { id }) });
    expect(body).toMatchObject({ delivered: true, request: { url: receiver.url + SHOWN } });
    expect(receiver.received.at(-1)?.path).toBe(PATH);
  });

  it('are forgotten when the subscription is deleted', async () => {
    const { id } = await create();
    expect((await api.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204);
    expect(await rowOf(id)).toMatchObject({ url: receiver.url + SHOWN, urlSealed: null });
  });

  it("of a token endpoint's are shown to nobody either, and stay with it", async () => {
    const oauth2 = (tokenUrl: string) => ({
      authentication: {
        authType: 'oauth2',
        oauth2Auth: { tokenUrl, clientId: 'client', clientSecret: 'secret-of-the-client' },
      },
    });
    const { id, authentication } = await create('/hook', oauth2(`${receiver.url}/token?key=${SIG}`));
    expect(authentication).toMatchObject({ oauth2Auth: { tokenUrl: `${receiver.url}/token?key=***` } });
    const body = oauth2(`${receiver.url}/token?key=***`);
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body })).status).toBe(200);
    const elsewhere = await api.call('PATCH', `/v1/subscriptions/${id}`, {
      body: oauth2('https://b.example/token?key=***'),
    });
    expect(problems(elsewhere)).toEqual([400, [['authentication.oauth2Auth.tokenUrl', 'masked_url']]]);
    const { authSecretSealed } = await rowOf(id);
    expect(api.sealer.open(authSecretSealed ?? '', 'credential')).toContain(SIG);
  });
});

describe('what a version before has stored in the clear', () => {
  const asBefore = async (path: string, changes: object = {}): Promise<string> => {
    const { id } = await create('/hook');
    await api.db.subscription.update({
      where: { id },
      data: { url: receiver.url + path, urlSealed: null, ...changes },
    });
    return id;
  };

  it('is not shown, and serves as it is until it is sealed', async () => {
    const id = await asBefore(PATH);
    expect((await api.call('GET', `/v1/subscriptions/${id}`)).body.url).toBe(receiver.url + SHOWN);
    expect(await arrivesAt(id)).toBe(PATH);
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { name: 'New' } })).status).toBe(200);
    expect(await arrivesAt(id)).toBe(PATH);
  });

  it('is sealed where it has secrets: URLs', async () => {
    const [id, plain, deleted] = [
      await asBefore(PATH),
      await asBefore('/hook?v=1'),
      await asBefore(PATH, { deletedAt: new Date() }),
    ];
    const { updatedAt } = await rowOf(id);
    expect(await sealStoredUrls(api.db, api.sealer)).toBeGreaterThanOrEqual(2);
    expect(await sealStoredUrls(api.db, api.sealer)).toBe(0);
    const row = await rowOf(id);
    expect([row.url, row.updatedAt]).toEqual([receiver.url + SHOWN, updatedAt]);
    expect(await arrivesAt(id)).toBe(PATH);
    expect(await rowOf(plain)).toMatchObject({ url: `${receiver.url}/hook?v=1`, urlSealed: null });
    expect(await rowOf(deleted)).toMatchObject({ url: receiver.url + SHOWN, urlSealed: null });
  });

  it("is sealed without the URL's secrets: answers, also beside one that no key opens", async () => {
    const id = await asBefore(PATH);
    const [deliveryId = ''] = await putDeliveries(api.db, { id, applicationId: 'shop' }, [
      { status: 'waiting' },
    ]);
    const answered = (attempt: number, responseBodySealed: string) => ({
      ...{
        id: newId(),
        deliveryId,
        subscriptionId: id,
        attempt,
        cycle: 1,
        requestHeaders: {},
        outcome: 'failed',
      },
      ...{ responseHeaders: { 'x-echo': PATH, location: '/?code=0123456789' }, responseBodySealed },
    });
    await api.db.attempt.createMany({
      data: [
        answered(1, api.sealer.seal(`you sent ${decodeURIComponent(SIG)}`, 'response')),
        answered(2, 'aaaaaaaa.bbbb'),
      ],
    });
    const shown = async () => (await api.call('GET', `/v1/deliveries/${deliveryId}/attempts`)).body.items;
    expect((await shown())[0]).toMatchObject({ responseHeaders: { 'x-echo': PATH } });
    while (await sealStoredAnswers(api.db, api.sealer));
    expect(JSON.stringify(await api.db.attempt.findMany({ where: { deliveryId } }))).not.toContain('x-echo');
    expect(await shown()).toMatchObject([
      {
        responseHeaders: { 'x-echo': '/in/[redacted]?sig=[redacted]&v=1', location: '/?code=***' },
        responseBody: 'you sent [redacted]',
      },
      { responseBody: expect.stringMatching(/^\[could not be decrypted/) as string },
    ]);
  });
});
