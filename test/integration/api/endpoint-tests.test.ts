import { Webhook } from 'standardwebhooks';
import { startReceiver, type Receiver } from '../../../tools/receiver/receiver';
import { createPoster } from '../../../src/delivery/http/post';
import { newId } from '../../../src/platform/ids';
import { ApiRig, type AnswerBody } from '../../harness/api';
import { freePorts } from '../../harness/free-ports';
import { eventually } from '../../harness/service';
import { undocumented } from '../../harness/webhook-schemas';
import { withClockAhead } from '../../harness/wrong-clock';

const SECRET = 'sekret/0123456789+';
const poster = createPoster({ requestTimeoutMs: 3_000, allowPrivateTargets: true });

let api: ApiRig;
let receiver: Receiver;

beforeAll(async () => {
  api = await ApiRig.start({ rules: { allowPrivateTargets: true }, poster });
  receiver = await startReceiver({ port: 0 });
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
beforeEach(() => receiver.behave({ kind: 'answer', status: 200 }));
afterAll(async () => {
  await api.stop();
  await receiver.close();
  await poster.close();
});

const apiKey = (location: string, value?: string) => ({
  authType: 'api-key',
  apiKeyAuth: { location, key: location === 'header' ? 'X-Hook-Key' : 'hook-key', value },
});

const draft = (changes: object = {}): Record<string, unknown> => ({
  applicationId: 'shop',
  name: 'CRM',
  url: `${receiver.url}/hook?a=1`,
  updateType: 'effective-permission',
  ...changes,
});

const create = async (changes: object = {}): Promise<AnswerBody> =>
  (await api.call('POST', '/v1/subscriptions', { body: draft(changes) })).body;

const last = () => receiver.received[receiver.received.length - 1];

describe('a test of a subscription', () => {
  it('sends a signed example of its type, marked as a test, and shows the answer', async () => {
    receiver.behave({ kind: 'answer', status: 201, body: 'thanks', headers: { 'x-receiver': 'r' } });
    const { id, signingSecret } = await create({ authentication: apiKey('header', SECRET) });
    const { status, body } = await api.call('POST', `/v1/subscriptions/${id}/test`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      delivered: true,
      statusCode: 201,
      error: null,
      durationMs: expect.any(Number) as unknown,
      responseHeaders: { 'x-receiver': 'r' },
      responseBody: 'thanks',
      request: { url: `${receiver.url}/hook?a=1`, headers: { 'X-Hook-Key': '[redacted]' } },
    });
    const sent = last();
    expect(sent?.headers).toMatchObject({
      'x-cpm-test': 'true',
      'x-cpm-subscription-id': id,
      'x-cpm-update-type': 'effective-permission',
      'x-hook-key': SECRET,
    });
    const payload = new Webhook(signingSecret).verify(sent?.body ?? '', { ...sent?.headers });
    expect(payload).toMatchObject({ applicationId: 'shop', permissions: [{}, {}], preferences: [{}] });
    expect((body.request as { body: string }).body).toBe(sent?.body);
  });

  it('leaves no trace among the deliveries', async () => {
    const { id } = await create();
    await api.call('POST', `/v1/subscriptions/${id}/test`);
    expect([await api.db.delivery.count(), await api.db.attempt.count()]).toEqual([0, 0]);
  });

  it('is signed with the former secret too for as long as the database’s clock says', async () => {
    const { id, signingSecret } = await create();
    const { body: rotated } = await api.call('POST', `/v1/subscriptions/${id}/rotate-signing-secret`);
    const signers = async (): Promise<boolean[]> => {
      await api.call('POST', `/v1/subscriptions/${id}/test`);
      const { body = '', headers } = last() ?? {};
      return [signingSecret, String(rotated.signingSecret)].map((secret) => {
        try {
          return Boolean(new Webhook(secret).verify(body, { ...headers }));
        } catch {
          return false;
        }
      });
    };
    expect(await signers()).toEqual([true, true]);
    const days = 86_400_000;
    expect(
      (await withClockAhead(2 * days, () => api.call('POST', `/v1/subscriptions/${id}/test`))).status,
    ).toBe(200);
    expect(last()?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    await api.db
      .$executeRaw`UPDATE "Subscription" SET "previousSigningSecretUntil" = now() - interval '1 minute'`;
    await withClockAhead(-2 * days, () => api.call('POST', `/v1/subscriptions/${id}/test`));
    expect(last()?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
    expect(await signers()).toEqual([false, true]);
  });

  it.each([
    ['header', 'a header'],
    ['query', 'the query string'],
  ])('shows no API key of %s, also where the endpoint echoes it', async (location) => {
    receiver.behave((request) => ({
      kind: 'answer',
      status: 400,
      body: `${request.url} ${JSON.stringify(request.headers)}`,
      headers: { 'x-echo': encodeURIComponent(String(request.url)) },
    }));
    const { id } = await create({ authentication: apiKey(location, SECRET) });
    const answer = await api.call('POST', `/v1/subscriptions/${id}/test`);
    expect(answer.body).toMatchObject({ delivered: false, statusCode: 400, error: 'HTTP 400' });
    expect(last()?.path + JSON.stringify(last()?.headers)).toMatch(/sekret/);
    for (const form of [SECRET, encodeURIComponent(SECRET)]) {
      expect(answer.text).not.toContain(form);
      expect(api.log()).not.toContain(form);
    }
    if (location === 'query') {
      expect(answer.body.request).toMatchObject({ url: `${receiver.url}/hook?a=1&hook-key=***` });
    }
  });

  it.each([
    [{ kind: 'reset' }, /connection (reset|closed) by the endpoint/],
    [{ kind: 'silence' }, /no complete answer within 3000 ms/],
  ] as const)('tells what went wrong with an endpoint that does %j', async (behaviour, error) => {
    receiver.behave(behaviour);
    const { id } = await create();
    const { status, body } = await api.call('POST', `/v1/subscriptions/${id}/test`);
    expect([status, body.delivered, body.statusCode]).toEqual([200, false, null]);
    expect(body.error).toMatch(error);
  });

  it('is possible while it is paused, and not once it is deleted', async () => {
    const { id } = await create({ status: 'paused' });
    expect((await api.call('POST', `/v1/subscriptions/${id}/test`)).body.delivered).toBe(true);
    await api.call('DELETE', `/v1/subscriptions/${id}`);
    expect((await api.call('POST', `/v1/subscriptions/${id}/test`)).status).toBe(404);
    expect((await api.call('POST', `/v1/subscriptions/${newId()}/test`)).status).toBe(404);
  });

  it('is sent once for one idempotency key, and is told of while it runs', async () => {
    receiver.behave({ kind: 'answer', status: 200, delayMs: 1_500 });
    const { id } = await create();
    const before = receiver.received.length;
    const call = () =>
      api.call('POST', `/v1/subscriptions/${id}/test`, { headers: { 'idempotency-key': `test-${id}` } });
    const running = call();
    await eventually(() => expect(receiver.received.length).toBe(before + 1));
    expect((await call()).status).toBe(409);
    const first = await running;
    const again = await call();
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(again.body).toEqual(first.body);
    expect(receiver.received.length - before).toBe(1);
  });

  it('holds no transaction open while it waits, and only so many run at once', async () => {
    receiver.behave({ kind: 'answer', status: 200, delayMs: 1_500 });
    const { id } = await create();
    const before = receiver.received.length;
    const answers = Promise.all(
      Array.from({ length: 12 }, () => api.call('POST', `/v1/subscriptions/${id}/test`)),
    );
    await eventually(() => expect(receiver.received.length).toBe(before + 10));
    const open = await api.db.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
    expect(open).toEqual([]);
    const refused = (await answers).filter(({ status }) => status !== 200);
    expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '5'],
      [429, '5'],
    ]);
  });
});

describe('the example of a subscription', () => {
  const sample = async (id: string) => (await api.call('GET', `/v1/subscriptions/${id}/sample`)).body;
  const bodyOf = (request: unknown): any => JSON.parse((request as { body: string }).body);
  beforeAll(async () => {
    for (const id of ['topics', 'profiling'])
      await api.call('PUT', `/v1/applications/shop/options/${id}`, { body: { name: id } });
    await api.call('PUT', '/v1/applications/shop/preferences/topics', {
      body: { label: 'Topics', type: 'multiple', choices: [{ reference: 'music', label: 'Music' }] },
    });
  });

  it.each([
    ['effective-permission', { options: ['topics'] }, [['option', 'topics']], []],
    ['effective-permission', { preferences: ['topics'] }, [], ['topics']],
    ['consent-receipts', { options: ['profiling', 'topics'] }, [['option', 'profiling']], undefined],
    ['consent-receipts', { preferences: ['topics'] }, undefined, ['topics']],
  ])('of %s is of what its filter names: %j', async (updateType, filter, permissions, preferences) => {
    const { id } = await create({ updateType, filter });
    await api.call('POST', `/v1/subscriptions/${id}/test`);
    await api.call('POST', '/v1/subscriptions/test', { body: draft({ updateType, filter }) });
    const [stored, unsaved] = receiver.received.slice(-2).map(({ body }) => JSON.parse(body));
    for (const body of [stored, unsaved, bodyOf(await sample(id))]) {
      const named = body.permissions?.map((entry: any) => [entry.optionType, entry.optionId]);
      expect(named).toEqual(permissions);
      expect(body.preferences?.map((entry: any) => entry.preference)).toEqual(preferences);
      expect(undocumented({ 'x-cpm-update-type': updateType }, JSON.stringify(body))).toBeUndefined();
    }
  });

  it('says what was before where it is asked for', async () => {
    const { id } = await create({ updateType: 'consent-receipts', payload: { previous: true } });
    const { permissions } = bodyOf(await sample(id));
    expect(permissions).toMatchObject([{ state: 'GRANTED', previous: { state: 'DENIED' } }]);
    await api.call('POST', `/v1/subscriptions/${id}/test`);
    expect(JSON.parse(last()?.body ?? '').permissions[0].previous).toMatchObject({ state: 'DENIED' });
  });

  it('is what a test sends, without the secrets, and with a signature that nobody takes for genuine', async () => {
    const { id, signingSecret } = await create({ authentication: apiKey('query', SECRET) });
    const { body: tested } = await api.call('POST', `/v1/subscriptions/${id}/test`);
    const shown = await sample(id);
    expect(shown).toMatchObject({ url: (tested.request as { url: string }).url });
    expect(Object.keys(shown.headers as object)).toEqual(Object.keys((tested.request as any).headers));
    expect(JSON.stringify(shown)).not.toContain('sekret');
    const genuine = () => new Webhook(signingSecret).verify(shown.body as string, shown.headers as any);
    expect(genuine).toThrow('No matching signature found');
    expect((await api.call('GET', `/v1/subscriptions/${newId()}/sample`)).status).toBe(404);
  });
});

describe('what kind of failure a test met', () => {
  it.each([
    [{ kind: 'answer', status: 401 }, 'answered'],
    [{ kind: 'answer', status: 302, headers: { location: 'https://elsewhere.example/' } }, 'redirect'],
    [{ kind: 'silence' }, 'timeout'],
    [{ kind: 'answer', status: 200 }, null],
  ] as const)('is told for an endpoint that does %j', async (behaviour, failure) => {
    receiver.behave(behaviour);
    const { body } = await api.call('POST', '/v1/subscriptions/test', { body: draft() });
    expect(body).toMatchObject({ failure, delivered: failure === null });
  });

  it('is told where nobody listens', async () => {
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}/`;
    const { body } = await api.call('POST', '/v1/subscriptions/test', { body: draft({ url }) });
    expect(body).toMatchObject({ failure: 'connection_refused', statusCode: null });
  });
});

describe('a test before saving', () => {
  const test = (body: object) => api.call('POST', '/v1/subscriptions/test', { body });

  it.each(['effective-permission', 'consent-receipts', 'citizen-emails'])(
    'sends the example of %s that the documentation shows',
    async (updateType) => {
      expect((await test(draft({ updateType }))).body.delivered).toBe(true);
      const { body: samples } = await api.call('GET', '/v1/sample-payloads');
      const shape = (body: unknown) => Object.keys(body as object);
      expect(shape(JSON.parse(last()?.body ?? ''))).toEqual(shape(samples[updateType]));
      expect(await api.db.subscription.count({ where: { updateType, name: 'Unsaved' } })).toBe(0);
    },
  );

  it('takes what is absent of the secrets from the subscription that is edited', async () => {
    const { id, signingSecret } = await create({ authentication: apiKey('header', SECRET) });
    const url = `${receiver.url}/new`;
    const { status } = await test(draft({ id, url, authentication: apiKey('query') }));
    expect([status, last()?.path]).toEqual([200, `/new?hook-key=${encodeURIComponent(SECRET)}`]);
    expect(() => new Webhook(signingSecret).verify(last()?.body ?? '', { ...last()?.headers })).not.toThrow();
    await test(draft({ id, authentication: apiKey('header', 'another-key') }));
    expect(last()?.headers['x-hook-key']).toBe('another-key');
  });

  it('carries the headers of the draft, and those that are stored', async () => {
    const { id } = await create({ headers: [{ name: 'X-Tenant', value: SECRET }] });
    const headers = [{ name: 'X-Tenant' }, { name: 'X-Stage', value: 'prod' }];
    const { text, body } = await test(draft({ id, headers }));
    expect(last()?.headers).toMatchObject({ 'x-tenant': SECRET, 'x-stage': 'prod' });
    expect(body.request).toMatchObject({
      headers: { 'X-Tenant': '[redacted]', 'X-Stage': '[redacted]' },
    });
    expect(text).not.toContain(SECRET);
    await test(draft({ id }));
    expect(last()?.headers['x-tenant']).toBe(SECRET);
  });

  it.each([
    [{ url: 'ftp://example.com' }, 'url'],
    [{ headers: [{ name: 'X-Tenant' }] }, 'headers.0.value'],
    [{ applicationId: 'nowhere' }, 'applicationId'],
    [{ authentication: { authType: 'bearer', bearerAuth: {} } }, 'authentication.bearerAuth.token'],
    [{ colour: 1 }, 'colour'],
    [{ filter: { options: ['nothing'] } }, 'filter.options.0'],
    [{ payload: { previous: true } }, 'payload.previous'],
  ])('refuses %j as saving does', async (changes, path) => {
    const before = receiver.received.length;
    const { status, body } = await test(draft(changes));
    expect([status, body.errors.map((problem) => problem.path)]).toEqual([400, [path]]);
    expect(receiver.received.length).toBe(before);
  });

  it('keeps an application to itself, and what is deleted deleted', async () => {
    const { id } = await create();
    await api.call('PUT', '/v1/applications/other', { body: { name: 'Other' } });
    expect((await test(draft({ id, applicationId: 'other' }))).status).toBe(400);
    expect((await test(draft({ id: newId() }))).status).toBe(404);
  });
});

it('a test that cannot be sent, for trouble of ours, says so', async () => {
  const [port = 0] = await freePorts(1);
  const egressProxy = new URL(`http://127.0.0.1:${port}`);
  const cutOff = createPoster({ requestTimeoutMs: 3_000, allowPrivateTargets: true, egressProxy });
  const behind = await ApiRig.start({ rules: { allowPrivateTargets: true }, poster: cutOff });
  await behind.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  for (const [location, shown] of [
    ['header', { url: `${receiver.url}/hook?a=1`, headers: { 'X-Hook-Key': '[redacted]' } }],
    ['query', { url: `${receiver.url}/hook?a=1&hook-key=***` }],
  ] as const) {
    const { status, body } = await behind.call('POST', '/v1/subscriptions/test', {
      body: draft({ authentication: apiKey(location, SECRET) }),
    });
    expect([status, body.delivered, body.error]).toEqual([
      ...[200, false, 'not sent: the egress proxy could not be reached (CPM_EGRESS_PROXY)'],
    ]);
    expect(body.request).toMatchObject(shown);
    expect(body.request).not.toHaveProperty('headers.authorization');
  }
  await behind.stop();
  await cutOff.close();
});

it('a target that is not allowed is not tested', async () => {
  const strict = await ApiRig.start();
  await strict.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  const before = receiver.received.length;
  const { status, body } = await strict.call('POST', '/v1/subscriptions/test', { body: draft() });
  expect([status, body.errors[0]?.path, receiver.received.length]).toEqual([400, 'url', before]);
  await strict.stop();
});
