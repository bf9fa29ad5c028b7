/** Who may call what: the scopes of keys, and the roles of people. */
import { ensureFirstApiKey } from '../../../src/access/api-keys';
import { createApiKeyAuthenticator } from '../../../src/access/authenticate';
import { SCOPES, type Scope } from '../../../src/access/scopes';
import { ApiRig, type Answer } from '../../harness/api';
import { OpenApi } from '../../harness/openapi';
import { eventually } from '../../harness/service';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
  expect((await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } })).status).toBe(200);
});
afterAll(() => api.stop());

const newKey = async (scopes: readonly Scope[], more: object = {}): Promise<string> =>
  (await api.asOwner('POST', '/v1/api-keys', { body: { name: 'Key', scopes, ...more } })).body.key;
const call = (key: string, method: string, path: string, body?: object): Promise<Answer> =>
  api.call(method, path, { body, headers: { 'x-api-key': key } });
const seen = ({ status, body }: Answer): unknown[] => [status, body.code, body.params];

describe('an API key', () => {
  it('may do what its scopes say, and is told which one it lacks before its request is looked at', async () => {
    const key = await newKey(['catalogue:read']);
    expect((await call(key, 'GET', '/v1/applications/shop')).status).toBe(200);
    for (const body of [{ name: 'Shop' }, { nonsense: true }]) {
      expect(seen(await call(key, 'PUT', '/v1/applications/shop', body))).toEqual([
        ...[403, 'missing_scope', { scope: 'catalogue:write' }],
      ]);
    }
    expect(seen(await call(key, 'GET', '/v1/citizens/nonsense'))).toEqual([
      ...[403, 'missing_scope', { scope: 'citizens:read' }],
    ]);
  });

  it('of all scopes makes, lists and ends neither keys nor administrators', async () => {
    const key = await newKey(SCOPES);
    for (const [method, path] of [
      ...[
        ['GET', '/v1/api-keys'],
        ['POST', '/v1/api-keys'],
        ['DELETE', '/v1/api-keys/x'],
        ['GET', '/v1/administrators'],
      ],
      ...[
        ['POST', '/v1/administrators'],
        ['PATCH', '/v1/administrators/x'],
        ['DELETE', '/v1/administrators/x'],
      ],
    ] as const) {
      expect(seen(await call(key, method ?? '', path ?? '', method === 'GET' ? undefined : {}))).toEqual([
        403,
        'session_required',
        undefined,
      ]);
    }
  });

  it('that ends is refused from then on, also where it is known already', async () => {
    const key = await newKey(['catalogue:read'], { expiresAt: new Date(Date.now() + 700).toISOString() });
    expect((await call(key, 'GET', '/v1/applications')).status).toBe(200);
    await eventually(async () => expect((await call(key, 'GET', '/v1/applications')).status).toBe(401));
    const authenticator = createApiKeyAuthenticator(api.db);
    expect(await authenticator.authenticate(key)).toBeUndefined();
  });

  it.each([
    ['without scopes', { scopes: [] }, 'scopes', 'entry_required'],
    ['with a scope that there is not', { scopes: ['root'] }, 'scopes.0', 'invalid_value'],
    [
      'that has ended',
      { scopes: ['audit:read'], expiresAt: '2026-01-01T00:00Z' },
      'expiresAt',
      'already_over',
    ],
  ])('is not created %s', async (_, more, path, code) => {
    const { status, body } = await api.asOwner('POST', '/v1/api-keys', { body: { name: 'Key', ...more } });
    expect([status, body.errors]).toEqual([400, [expect.objectContaining({ path, code })]]);
  });
});

describe('a key of some applications', () => {
  it('sees those, in lists and counts too, and may create none of another name', async () => {
    await api.call('PUT', '/v1/applications/club', { body: { name: 'Club' } });
    for (const id of ['shop', 'club']) {
      const citizen = { applicationId: id, externalRef: 'customer-1' };
      expect((await api.call('POST', '/v1/citizens', { body: citizen })).status).toBe(201);
    }
    const key = await newKey(SCOPES, { applicationIds: ['club'] });
    for (const path of ['/v1/applications', '/v1/citizens', '/v1/citizens?applicationId=club']) {
      const { body } = await call(key, 'GET', path);
      expect([body.total, body.items.map((item) => item.applicationId ?? item.id)]).toEqual([1, ['club']]);
    }
    expect((await call(key, 'GET', '/v1/citizens?applicationId=shop')).body.total).toBe(0);
    expect((await call(key, 'PUT', '/v1/applications/club', { name: 'The club' })).status).toBe(200);
    expect(seen(await call(key, 'PUT', '/v1/applications/new', { name: 'New' }))).toEqual([
      ...[404, 'application_not_found', { applicationId: 'new' }],
    ]);
  });

  it('is not created for an application that there is not', async () => {
    const { status, body } = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'Key', scopes: ['audit:read'], applicationIds: ['shop', 'nope'] },
    });
    expect([status, body.errors]).toEqual([
      400,
      [expect.objectContaining({ path: 'applicationIds.1', code: 'unknown_application' })],
    ]);
  });
});

describe('the key of the configuration', () => {
  it('is valid until another one is configured, and again when it is; one that was revoked stays so', async () => {
    const authenticator = createApiKeyAuthenticator(api.db);
    const valid = async (key: string): Promise<boolean> => {
      authenticator.forget();
      return (await authenticator.authenticate(key)) !== undefined;
    };
    const own = await newKey(['catalogue:read']);
    await ensureFirstApiKey(api.db, 'first configured key');
    expect([await valid('first configured key'), await valid(api.key)]).toEqual([true, false]);
    await ensureFirstApiKey(api.db, 'second configured key');
    expect([await valid('first configured key'), await valid('second configured key')]).toEqual([
      false,
      true,
    ]);
    await ensureFirstApiKey(api.db, 'first configured key');
    expect([await valid('first configured key'), await valid(own)]).toEqual([true, true]);
    await ensureFirstApiKey(api.db, 'second configured key');
    await ensureFirstApiKey(api.db);
    expect([await valid('second configured key'), await valid(own)]).toEqual([true, true]);

    await api.db.apiKey.updateMany({ where: { name: 'configured' }, data: { revokedAt: new Date() } });
    await ensureFirstApiKey(api.db, 'second configured key');
    expect(await valid('second configured key')).toBe(false);
    await api.db.apiKey.updateMany({ where: { name: 'configured' }, data: { revokedAt: null } });
    await ensureFirstApiKey(api.db, api.key);
  });
});

describe('a person', () => {
  const creation = { body: { name: 'Key', scopes: ['catalogue:read'] } };
  const option = ['PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } }] as const;

  it('who is a viewer looks at everything that a key may see, and changes nothing', async () => {
    const viewer = await api.logIn('viewer');
    expect((await viewer.call('GET', '/v1/applications/shop')).status).toBe(200);
    expect(seen(await viewer.call(...option))).toEqual([403, 'missing_role', { role: 'editor' }]);
    expect(seen(await viewer.call('GET', '/v1/api-keys'))).toEqual([403, 'missing_role', { role: 'editor' }]);
    expect((await viewer.call('GET', '/v1/session')).body.role).toBe('viewer');
  });

  it('who is an editor changes everything and makes keys, and does not say who may log in', async () => {
    const editor = await api.logIn('editor');
    expect((await editor.call(...option)).status).toBe(200);
    expect((await editor.call('POST', '/v1/api-keys', creation)).status).toBe(201);
    expect(seen(await editor.call('GET', '/v1/administrators'))).toEqual([
      ...[403, 'missing_role', { role: 'owner' }],
    ]);
  });

  it('has another role from the next request on', async () => {
    const other = await api.logIn('viewer');
    const { email } = (await other.call('GET', '/v1/session')).body;
    const { body } = await api.asOwner('GET', '/v1/administrators');
    const { id = '' } = body.items.find((item) => item.email === email) ?? {};
    const changed = await api.asOwner('PATCH', `/v1/administrators/${id}`, { body: { role: 'editor' } });
    expect([changed.status, changed.body.role]).toEqual([200, 'editor']);
    expect((await other.call(...option)).status).toBe(200);
  });
});

describe('a person of some applications', () => {
  it('sees those from the next request on, and is not told again what they were told of others', async () => {
    const somebody = await api.logIn('editor');
    const { email } = (await somebody.call('GET', '/v1/session')).body;
    const { items } = (await api.asOwner('GET', '/v1/administrators')).body;
    const { id = '' } = items.find((item) => item.email === email) ?? {};
    const options = {
      body: { applicationId: 'shop', externalRef: 'customer-2' },
      headers: { 'idempotency-key': 'as-editor-of-all' },
    };
    expect((await somebody.call('POST', '/v1/citizens', options)).status).toBe(201);
    const limited = await api.asOwner('PATCH', `/v1/administrators/${id}`, {
      body: { applicationIds: ['club'] },
    });
    expect([limited.status, limited.body.role, limited.body.applicationIds]).toEqual([
      200,
      'editor',
      ['club'],
    ]);
    expect(seen(await somebody.call('POST', '/v1/citizens', options))).toEqual([
      ...[404, 'application_not_found', { applicationId: 'shop' }],
    ]);
    expect((await somebody.call('GET', '/v1/session')).body.applicationIds).toEqual(['club']);
    expect(seen(await somebody.call('GET', '/v1/api-keys'))).toEqual([
      403,
      'all_applications_required',
      undefined,
    ]);
  });
});

describe('the OpenAPI document', () => {
  it('names the scope, or the role, that each operation needs, and nothing for the open ones', async () => {
    const { operations } = await OpenApi.read(api.url);
    const open = operations.filter(({ security }) => security.length === 0);
    expect(open.map(({ operationId }) => operationId).sort()).toEqual([
      ...['beginProviderLogIn', 'completeLogIn', 'endProviderLogIn', 'getSession', 'logIn', 'logOut'],
      ...['lookUpPasswordLink', 'setUp', 'usePasswordLink'],
    ]);
    for (const operation of operations.filter(({ security }) => security.length > 0)) {
      const scope = operation['x-required-scope'];
      const bySession = { session: [operation['x-required-role']] };
      expect(operation.security).toEqual([
        ...(scope === undefined ? [] : [{ apiKey: [scope] }]),
        expect.objectContaining(bySession),
      ]);
      expect(operation.description).toContain(scope ?? operation['x-required-role']);
    }
    const scopes = new Set(operations.map((operation) => operation['x-required-scope']));
    expect(SCOPES.filter((scope) => !scopes.has(scope))).toEqual([]);
  });
});
