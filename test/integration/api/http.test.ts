import { openDatabase } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { ApiRig } from '../../harness/api';
import { eventually } from '../../harness/service';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api.stop());

const TYPE = 'application/problem+json; charset=utf-8';

describe('a refusal', () => {
  it('is a problem with the fields concerned', async () => {
    const { status, headers, body } = await api.call('POST', '/v1/subscriptions', {
      body: { name: 7, colour: 1 },
    });
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      400,
      TYPE,
      'no-store',
    ]);
    expect(body).toEqual({
      type: '/docs/errors#invalid_request',
      title: 'Bad Request',
      status: 400,
      code: 'invalid_request',
      detail: 'The request is not valid.',
      errors: [
        { path: 'applicationId', code: 'required', message: 'is required' },
        {
          path: 'name',
          code: 'invalid_type',
          message: 'must be a string',
          params: { expected: 'a string' },
        },
        { path: 'url', code: 'required', message: 'is required' },
        {
          path: 'updateType',
          code: 'invalid_value',
          message: expect.any(String) as unknown,
          params: { allowed: 'effective-permission, consent-receipts, citizen-emails' },
        },
        { path: 'colour', code: 'unknown_field', message: 'is not a known field' },
      ],
    });
  });

  it.each([
    ['limit=5&limit=6', 'limit', 'given_twice'],
    ['status=failed&status=waiting&limit=0', 'status', 'given_twice'],
    ['from=2026-01-31T12:00:00+02:00', 'from', 'time_without_plus'],
  ])('of the query %s names %s (%s)', async (query, path, code) => {
    const { status, body } = await api.call('GET', `/v1/deliveries?${query}`);
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ path, code })]]);
  });

  it.each([
    ['no key', {}],
    ['a wrong key', { 'x-api-key': 'wrong' }],
  ])('is a 401 with %s', async (_, headers) => {
    const response = await fetch(`${api.url}/v1/subscriptions`, {
      headers: headers as Record<string, string>,
    });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'ApiKey']);
    expect(await response.json()).toMatchObject({
      status: 401,
      title: 'Unauthorized',
      code: 'unauthenticated',
      errors: [],
    });
  });

  it('comes before the body is looked at', async () => {
    const headers = { 'x-api-key': 'wrong', 'content-type': 'text/plain' };
    expect((await api.call('POST', '/v1/subscriptions', { body: 'x', headers })).status).toBe(401);
  });

  it('is a 404 for an unknown path', async () => {
    for (const path of ['/v1/nothing', '/nothing', '/v1']) {
      const { status, headers } = await api.call('GET', path);
      expect([status, headers.get('content-type')]).toEqual([404, TYPE]);
    }
  });

  it.each([
    ['DELETE', '/v1/subscriptions', 'GET, POST'],
    ['POST', `/v1/subscriptions/${newId()}`, 'GET, PUT, PATCH, DELETE'],
    ['GET', '/v1/permissions/transactions', 'POST'],
    ['OPTIONS', '/v1/deliveries', 'GET'],
    ['POST', '/healthz', 'GET'],
  ])('is a 405 for %s %s, which takes %s', async (method, path, allow) => {
    const { status, headers } = await api.call(method, path);
    expect([status, headers.get('allow')]).toEqual([405, allow]);
  });

  it.each(['{', '{"a":}', '"text"', '7', 'null'])('is a 400 for the body %s', async (body) => {
    const { status, headers } = await api.call('POST', '/v1/citizens', { body });
    expect([status, headers.get('content-type')]).toEqual([400, TYPE]);
  });

  it('is a 400 for a missing body', async () => {
    expect((await api.call('POST', '/v1/citizens')).status).toBe(400);
    expect((await api.call('PATCH', `/v1/subscriptions/${newId()}`)).status).toBe(400);
  });

  it('is a 400 for a path that is not well encoded', async () => {
    expect((await api.call('GET', '/v1/subscriptions/%ff')).status).toBe(400);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/merge-patch+json',
    'application/json; charset=latin1',
  ])('is a 415 for %s', async (type) => {
    const { status, headers } = await api.call('POST', '/v1/citizens', {
      body: '{"name":"a"}',
      headers: { 'content-type': type },
    });
    expect([status, headers.get('content-type')]).toEqual([415, TYPE]);
  });

  it('is a 413 for more than 1 MiB, and not for 1 MiB', async () => {
    const bodyOf = (bytes: number): string => `{"name":"${'x'.repeat(bytes - 11)}"}`;
    expect(bodyOf(100)).toHaveLength(100);
    expect((await api.call('POST', '/v1/citizens', { body: bodyOf(1_048_576) })).status).toBe(400);
    const { status, headers } = await api.call('POST', '/v1/citizens', { body: bodyOf(1_048_577) });
    expect([status, headers.get('content-type')]).toEqual([413, TYPE]);
  });

  it('never holds a prototype', async () => {
    const { status, body } = await api.call('POST', '/v1/citizens', {
      body: '{"applicationId":"a","externalRef":"b","__proto__":{"x":1}}',
    });
    expect([status, body.errors?.[0]?.path]).toEqual([400, '__proto__']);
  });
});

describe('API keys', () => {
  it('are shown once, listed without the key, and revoked', async () => {
    const body = { name: 'CRM', scopes: ['catalogue:read'] };
    const { status, body: created } = await api.asOwner('POST', '/v1/api-keys', { body });
    expect([status, created.key.startsWith(created.prefix)]).toEqual([201, true]);
    const asCrm = { headers: { 'x-api-key': created.key } };
    expect((await api.call('GET', '/v1/applications', asCrm)).status).toBe(200);
    const list = await api.asOwner('GET', '/v1/api-keys');
    expect(list.body.items[0]).toMatchObject({
      id: created.id,
      ...body,
      expiresAt: null,
      lastUsedAt: expect.any(String) as unknown,
    });
    expect(JSON.stringify(list.body)).not.toContain(created.key);
    const row = await api.db.apiKey.findUniqueOrThrow({ where: { id: created.id } });
    expect(JSON.stringify(row)).not.toContain(created.key);

    expect((await api.asOwner('DELETE', `/v1/api-keys/${created.id}`)).status).toBe(204);
    expect((await api.call('GET', '/v1/applications', asCrm)).status).toBe(401);
    const again = await api.asOwner('DELETE', `/v1/api-keys/${created.id}`);
    expect([again.status, again.body.code]).toEqual([404, 'api_key_not_found']);
  });
});

describe('the probes', () => {
  it('answer without a key', async () => {
    const health = await fetch(`${api.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'alive' }]);
    const ready = await fetch(`${api.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('measure by pattern of the route', async () => {
    await api.call('GET', `/v1/subscriptions/${newId()}`);
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toContain('route="/v1/subscriptions/{id}",status="404"');
    expect(text).toContain('# TYPE cpm_deliveries_unfinished gauge');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('cpm_dependency_up{part="api",dependency="database"} 1');
  });

  it('measure the same when two scrape at once', async () => {
    const db = openDatabase(api.postgres.url);
    await db.progressCount.upsert({
      ...{ where: { kind: 'waiting' }, create: { kind: 'waiting', count: 3 }, update: { count: 3 } },
    });
    await db.$disconnect();
    const scrapes = await Promise.all([1, 2, 3].map(async () => (await fetch(`${api.url}/metrics`)).text()));
    for (const text of scrapes) expect(text).toContain('cpm_deliveries_told_again_total{kind="waiting"} 3\n');
  });
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly parameters: { readonly name: string }[];
  readonly responses: object;
  readonly requestBody: { readonly content: Record<string, { readonly schema: unknown }> };
}

describe('the documentation', () => {
  it('describes every route in OpenAPI 3.1, without a key', async () => {
    const response = await fetch(`${api.url}/v1/openapi.json`);
    const document = (await response.json()) as OpenApi;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/subscriptions/{id}',
        '/v1/permissions/transactions',
        '/v1/consent-state',
        '/v1/applications/{applicationId}/preferences/{id}',
        '/v1/deliveries/{id}/resend',
      ]),
    );
    const { get: list, post: create } = document.paths['/v1/subscriptions'] ?? {};
    expect(Object.keys(create?.responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '403',
      '409',
      '413',
      '415',
      '500',
      '503',
    ]);
    expect(create?.requestBody.content['application/json']?.schema).toEqual({
      $ref: '#/components/schemas/SubscriptionCreation',
    });
    const limit = list?.parameters.find((p) => p.name === 'limit');
    expect(limit).toMatchObject({
      in: 'query',
      required: false,
      schema: { type: 'integer', maximum: 100, default: 20 },
    });
  });

  it('names the types of webhook wherever one is told', async () => {
    const response = await fetch(`${api.url}/v1/openapi.json`);
    const told: unknown[] = [];
    JSON.parse(await response.text(), (name, value: unknown) => {
      // A text is the value of an example.
      if (name === 'updateType' && typeof value !== 'string') told.push(value);
      return value;
    });
    const types = ['effective-permission', 'consent-receipts', 'citizen-emails'];
    expect(told).not.toEqual([]);
    expect(told).toEqual(told.map(() => expect.objectContaining({ enum: types }) as unknown));
  });

  it('is a page that needs nothing from other hosts and runs under its policy', async () => {
    const response = await fetch(`${api.url}/docs`);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await response.text();
    expect(page).not.toMatch(/https?:\/\/|<script>|style=|onload/);
    const paths = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(paths).not.toEqual([]);
    for (const path of paths) expect((await fetch(`${api.url}${path}`)).status).toBe(200);
  });
});

describe('the log', () => {
  it('names the pattern of the route, never the URL', async () => {
    const id = newId();
    const { headers } = await api.call('GET', `/v1/subscriptions/${id}?limit=${id}`);
    const line = api.logged
      .map((text) => JSON.parse(text) as { requestId: string })
      .find((entry) => entry.requestId === headers.get('x-request-id'));
    expect(line).toMatchObject({
      method: 'GET',
      route: '/v1/subscriptions/{id}',
      status: 400,
      msg: 'request',
    });
    expect(api.log()).not.toContain(id);
  });

  it('names who calls, and the change that a call has recorded', async () => {
    await api.call('PUT', '/v1/applications/logged', { body: { name: 'Logged' } });
    await api.call('PUT', '/v1/applications/logged/options/news', { body: { name: 'News' } });
    const news = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
    const { headers, body } = await api.call('POST', '/v1/permissions/transactions', {
      body: { applicationId: 'logged', externalRef: 'of-a-citizen', changes: [news] },
    });
    const line = api.logged
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find((entry) => entry.requestId === headers.get('x-request-id'));
    expect(line).toMatchObject({ changeId: body.changeId, status: 202 });
    expect(line?.callerId).toMatch(/^[\w-]+$/);
    expect(api.log()).not.toContain('of-a-citizen');
  });

  it('tells of probes that succeed only to who looks closely', async () => {
    await api.call('GET', '/healthz');
    await api.call('GET', '/v1/subscriptions');
    const lines = api.logged.map((text) => JSON.parse(text) as { route?: string; level: number });
    const levels = new Map(lines.map(({ route, level }) => [route, level]));
    expect([levels.get('/healthz'), levels.get('/v1/subscriptions')]).toEqual([20, 30]); // debug, info
  });
});

it('headers give nothing away and cross-origin reading is not allowed', async () => {
  const { headers } = await api.call('GET', '/v1/subscriptions', {
    headers: { origin: 'https://evil.example' },
  });
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

describe('while the database is away', () => {
  let away: ApiRig;

  beforeAll(async () => {
    const db = openDatabase('postgresql://nobody:secret-of-database@127.0.0.1:1/none');
    const never = new Promise<void>(() => undefined);
    away = await ApiRig.start({
      db,
      checks: { database: async () => void (await db.$queryRaw`SELECT 1`), temporal: () => never },
    });
  });
  afterAll(() => away.stop());

  it('a call is a 503 that says when to try again, and tells nothing else', async () => {
    const { status, headers, body } = await away.call('GET', '/v1/subscriptions');
    expect([status, headers.get('content-type'), headers.get('retry-after')]).toEqual([503, TYPE, '5']);
    expect(body.code).toBe('database_unavailable');
    expect(JSON.stringify(body)).not.toContain('127.0.0.1');
    expect(away.log()).not.toContain('secret-of-database');
  });

  it('it is alive, not ready, and names what is missing within the limit', async () => {
    const begun = Date.now();
    const { status, body } = await away.call('GET', '/readyz');
    expect([status, body]).toEqual([503, { status: 'unavailable', unavailable: ['database', 'temporal'] }]);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect((await away.call('GET', '/healthz')).status).toBe(200);
  });

  it('the metrics of the process are still served, without figures of the backlog', async () => {
    const { status, text } = await away.call('GET', '/metrics');
    expect([status, text.includes('process_cpu_seconds_total')]).toEqual([200, true]);
    expect(text).not.toContain('cpm_deliveries_unfinished{');
    expect(text).not.toMatch(/^cpm_outbox_lag_seconds /m);
    for (const dependency of ['database', 'temporal'])
      expect(text).toContain(`cpm_dependency_up{part="api",dependency="${dependency}"} 0`);
  });
});

it('a connection lost in the middle is a 503 too, and the next call works', async () => {
  await api.call('PUT', '/v1/applications/lost', { body: { name: 'Lost' } });
  const held = openDatabase(api.postgres.url);
  let answer: Promise<{ status: number }> = Promise.resolve({ status: 0 });
  await held.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM "Application" WHERE id = 'lost' FOR UPDATE`;
    answer = api.call('PUT', '/v1/applications/lost', { body: { name: 'Found' } });
    await eventually(async () => {
      const cut = await held.$executeRaw`
        SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(cut).toBe(1);
    });
  });
  expect((await answer).status).toBe(503);
  expect((await api.call('PUT', '/v1/applications/lost', { body: { name: 'Found' } })).status).toBe(200);
  await held.$disconnect();
});
