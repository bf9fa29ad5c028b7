import fc from 'fast-check';
import { newId } from '../../../src/platform/ids';
import { ApiRig, type AnswerBody } from '../../harness/api';
import { createAuthority } from '../../harness/certificates';
import { FORBIDDEN_HOSTS } from '../../harness/forbidden-hosts';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(() => api.stop());

const SECRET = 'sekret-0123456789';

const apiKey = { authType: 'api-key', apiKeyAuth: { location: 'header', key: 'X-Hook-Key', value: SECRET } };
const bearer = { authType: 'bearer', bearerAuth: { token: SECRET, expiresAt: '2030-01-01T00:00:00.000Z' } };

async function create(changes: Record<string, unknown> = {}): Promise<AnswerBody> {
  const body = {
    applicationId: 'shop',
    name: 'CRM',
    url: 'https://example.com/hook',
    updateType: 'consent-receipts',
    ...changes,
  };
  const { status, body: created } = await api.call('POST', '/v1/subscriptions', { body });
  expect(status).toBe(201);
  return created;
}

const storedSecret = async (id: string): Promise<string | null> => {
  const { authSecretSealed } = await api.db.subscription.findUniqueOrThrow({ where: { id } });
  return authSecretSealed === null ? null : api.sealer.open(authSecretSealed, 'credential');
};

describe('creating a subscription', () => {
  it('answers with it, and with the signing secret this once', async () => {
    const created = await create({ authentication: apiKey });
    expect(created).toMatchObject({
      applicationId: 'shop',
      name: 'CRM',
      status: 'active',
      maxInFlight: 100,
      earlyRecovery: 'default',
      updateType: 'consent-receipts',
      authentication: {
        authType: 'api-key',
        apiKeyAuth: { location: 'header', key: 'X-Hook-Key', value: null, valueSet: true },
      },
      signingSecretSet: true,
      health: {
        state: 'healthy',
        since: null,
        cause: 'nothing_sent',
        why: 'Nothing has been sent yet.',
        lastSuccessAt: null,
        lastFailureAt: null,
        lastError: null,
        lastErrorCodes: null,
        waiting: 0,
        oldestWaitingAt: null,
        oldestWithdrawalWaitingAt: null,
        nextAttemptAt: null,
        skippedWhilePaused: 0,
        resyncAdvised: false,
        noAccessToken: null,
      },
    });
    expect(created.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { body } = await api.call('GET', `/v1/subscriptions/${created.id}`);
    expect(body).toEqual({ ...created, signingSecret: null });
  });

  it('keeps secrets encrypted', async () => {
    const { id, signingSecret } = await create({ authentication: bearer });
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(SECRET);
    expect(JSON.stringify(row)).not.toContain(signingSecret.slice(6));
    expect(await storedSecret(id)).toBe(SECRET);
    expect(api.sealer.open(row.signingSecretSealed ?? '', 'signing-secret')).toBe(signingSecret);
  });

  it.each([
    [{ applicationId: 'nowhere' }, 'applicationId'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ url: 'http://example.com' }, 'url'],
    [{ url: 'https://127.0.0.1/' }, 'url'],
    [{ url: 'https://user:pw@example.com' }, 'url'],
    [{ url: 'https://example.com/#x' }, 'url'],
    [{ updateType: 'effective-permissions' }, 'updateType'],
    [{ status: 'off' }, 'status'],
    [{ id: newId() }, 'id'],
    [{ colour: 'red' }, 'colour'],
    [{ authentication: { authType: 'bearer', bearerAuth: {} } }, 'authentication.bearerAuth.token'],
    [{ authentication: { authType: 'none', more: 1 } }, 'authentication.more'],
    [
      { authentication: { ...apiKey, apiKeyAuth: { ...apiKey.apiKeyAuth, value: null } } },
      'authentication.apiKeyAuth.value',
    ],
    [
      { authentication: { ...apiKey, apiKeyAuth: { ...apiKey.apiKeyAuth, key: 'Host' } } },
      'authentication.apiKeyAuth.key',
    ],
  ])('refuses %j, naming the field', async (changes, path) => {
    const before = await api.db.subscription.count();
    const base = {
      applicationId: 'shop',
      name: 'n',
      url: 'https://example.com',
      updateType: 'consent-receipts',
    };
    const { status, body } = await api.call('POST', '/v1/subscriptions', { body: { ...base, ...changes } });
    expect(status).toBe(400);
    expect(body.errors.map((problem) => problem.path)).toEqual([path]);
    expect(await api.db.subscription.count()).toBe(before);
  });
});

describe('what GET gave', () => {
  const authentications = fc.oneof(
    fc.constant({ authType: 'none' }),
    fc.record({
      authType: fc.constant('api-key'),
      apiKeyAuth: fc.oneof(
        fc.record({
          location: fc.constant('header'),
          key: fc.stringMatching(/^X-[A-Za-z0-9-]{1,20}$/).filter((name) => !/^x-cpm-/i.test(name)),
          value: fc.stringMatching(/^[!-~]{8,30}$/),
        }),
        fc.record({
          location: fc.constant('query'),
          key: fc.stringMatching(/^\S{1,20}$/u),
          value: fc.stringMatching(/^\S{8,20}$/u),
        }),
      ),
    }),
    fc.record({
      authType: fc.constant('bearer'),
      bearerAuth: fc.record({
        token: fc.stringMatching(/^[!-~]{8,30}$/),
        expiresAt: fc.option(
          fc
            .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
            .map((d) => d.toISOString()),
        ),
      }),
    }),
  );
  const subscriptions = fc.record({
    name: fc.stringMatching(/^[\w äöü'"-]{0,49}[\wäöü'"-]$/u), // a name of spaces alone is none
    url: fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }),
    updateType: fc.constantFrom('effective-permission', 'consent-receipts', 'citizen-emails'),
    status: fc.constantFrom('active', 'paused'),
    authentication: authentications,
    headers: fc.uniqueArray(
      fc.record({ name: fc.stringMatching(/^Own-[a-z]{1,8}$/), value: fc.stringMatching(/^[!-~]{1,30}$/) }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
  });

  it('can be sent back by PUT and by PATCH, and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(subscriptions, async (changes) => {
        const { id } = await create(changes);
        const row = await api.db.subscription.findUniqueOrThrow({ where: { id } });
        const { body: shown } = await api.call('GET', `/v1/subscriptions/${id}`);
        for (const method of ['PUT', 'PATCH']) {
          const answer = await api.call(method, `/v1/subscriptions/${id}`, { body: shown });
          expect([answer.status, answer.body]).toEqual([200, shown]);
        }
        expect(await api.db.subscription.findUniqueOrThrow({ where: { id } })).toEqual(row);
        expect(await api.db.bulkSignal.count({ where: { subscriptionId: id } })).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a target that is no host of the public internet', () => {
  it('is refused at creating, changing and testing, however it is written', async () => {
    const { id } = await create();
    const base = { applicationId: 'shop', name: 'CRM', updateType: 'consent-receipts' };
    for (const host of FORBIDDEN_HOSTS) {
      const url = `https://${host}/hook`;
      for (const [method, path, body] of [
        ['POST', '/v1/subscriptions', { ...base, url }],
        ['POST', '/v1/subscriptions/test', { ...base, url }],
        ['PATCH', `/v1/subscriptions/${id}`, { url }],
      ] as const) {
        const { status, body: refused } = await api.call(method, path, { body });
        expect([url, path, status, refused.errors[0]?.code]).toEqual([url, path, 400, 'private_target']);
      }
    }
  });
});

describe('changing a subscription', () => {
  it('keeps a secret that is absent or null, and replaces one that is given', async () => {
    const { id } = await create({ authentication: apiKey });
    const path = `/v1/subscriptions/${id}`;
    const renamed = { authType: 'api-key', apiKeyAuth: { location: 'query', key: 'key' } };
    expect((await api.call('PATCH', path, { body: { authentication: renamed } })).status).toBe(200);
    expect(await storedSecret(id)).toBe(SECRET);
    await api.call('PATCH', path, { body: { authentication: { apiKeyAuth: { value: null } } } });
    expect(await storedSecret(id)).toBe(SECRET);
    const { body } = await api.call('PATCH', path, {
      body: { authentication: { apiKeyAuth: { value: 'a new key' } } },
    });
    expect(body.authentication.apiKeyAuth).toEqual({
      location: 'query',
      key: 'key',
      value: null,
      valueSet: true,
    });
    expect(await storedSecret(id)).toBe('a new key');
  });

  it('asks for the secret when the type of authentication changes', async () => {
    const { id } = await create({ authentication: apiKey });
    const path = `/v1/subscriptions/${id}`;
    const without = await api.call('PATCH', path, {
      body: { authentication: { authType: 'bearer', bearerAuth: {} } },
    });
    expect(without.status).toBe(400);
    expect(without.body.errors[0]?.path).toBe('authentication.bearerAuth.token');
    const { body } = await api.call('PATCH', path, { body: { authentication: bearer } });
    expect(body.authentication).toEqual({
      authType: 'bearer',
      bearerAuth: { token: null, tokenSet: true, expiresAt: '2030-01-01T00:00:00.000Z' },
    });
    await api.call('PATCH', path, { body: { authentication: { authType: 'none' } } });
    expect(await storedSecret(id)).toBeNull();
  });

  it('forgets the expiry of the token that a new one replaces', async () => {
    const { id } = await create({ authentication: bearer });
    const path = `/v1/subscriptions/${id}`;
    const body = { authentication: { bearerAuth: { token: 'the-next-token' } } };
    const rotated = await api.call('PATCH', path, { body });
    expect(rotated.body.authentication.bearerAuth.expiresAt).toBeNull();
    const later = { authentication: { bearerAuth: { expiresAt: '2031-01-01T00:00:00+01:00' } } };
    const dated = await api.call('PATCH', path, { body: later });
    expect(dated.body.authentication.bearerAuth.expiresAt).toBe('2030-12-31T23:00:00.000Z');
    expect(await storedSecret(id)).toBe('the-next-token');
  });

  it('refuses to put into a header what was stored for the query string and no header can hold', async () => {
    const { id } = await create({
      authentication: {
        authType: 'api-key',
        apiKeyAuth: { location: 'query', key: 'k', value: 'ключ ключ' },
      },
    });
    const body = { authentication: { apiKeyAuth: { location: 'header' } } };
    const { status, body: refusal } = await api.call('PATCH', `/v1/subscriptions/${id}`, { body });
    expect([status, refusal.errors[0]?.path]).toEqual([400, 'authentication.apiKeyAuth.value']);
  });

  it('neither resumes nor takes credentials away by what a PUT leaves out', async () => {
    const { id } = await create({ authentication: apiKey, status: 'paused' });
    const body = { name: 'Other', url: 'https://example.com/hook', updateType: 'effective-permission' };
    const { status, body: changed } = await api.call('PUT', `/v1/subscriptions/${id}`, { body });
    expect([status, changed.name, changed.status, changed.updateType]).toEqual([
      200,
      'Other',
      'paused',
      'effective-permission',
    ]);
    expect(await storedSecret(id)).toBe(SECRET);
  });

  it.each([
    [{ applicationId: 'other' }, 'applicationId'],
    [{ name: null }, 'name'],
    [{ colour: null }, 'colour'],
    [{ url: 'https://10.0.0.1' }, 'url'],
    [{ signingSecret: 'whsec_mine' }, 'signingSecret'],
    [{ authentication: { authType: 'basic' } }, 'authentication.authType'],
    [{ authentication: { apiKeyAuth: { colour: 1 } } }, 'authentication.apiKeyAuth.colour'],
  ])('refuses the patch %j', async (patch, path) => {
    const { id } = await create();
    const { status, body } = await api.call('PATCH', `/v1/subscriptions/${id}`, { body: patch });
    expect([status, body.errors[0]?.path]).toEqual([400, path]);
  });

  it('takes a merge patch by its own media type', async () => {
    const { id } = await create();
    const headers = { 'content-type': 'application/merge-patch+json' };
    const { status, body } = await api.call('PATCH', `/v1/subscriptions/${id}`, {
      body: { name: 'B' },
      headers,
    });
    expect([status, body.name]).toEqual([200, 'B']);
  });

  it('is a 404 where there is none', async () => {
    for (const id of [newId(), 'none']) {
      expect((await api.call('GET', `/v1/subscriptions/${id}`)).status).toBe(404);
      expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: {} })).status).toBe(404);
      expect((await api.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(404);
    }
  });
});

describe('the payload of a subscription', () => {
  it('is as documented by default, and says on request what was before, of Consent Receipts only', async () => {
    expect((await create()).payload).toEqual({ previous: false });
    const { id, name, url, updateType, payload } = await create({ payload: { previous: true } });
    expect(payload).toEqual({ previous: true });
    const write = async (method: string, body: object) =>
      (await api.call(method, `/v1/subscriptions/${id}`, { body })).body;
    expect((await write('PUT', { name, url, updateType })).payload).toEqual({ previous: true });
    const refused = await write('PATCH', { updateType: 'effective-permission' });
    expect(refused.errors).toMatchObject([{ path: 'payload.previous', code: 'previous_of_receipts' }]);
    const changed = await write('PATCH', { updateType: 'effective-permission', payload: { previous: null } });
    expect(changed).toMatchObject({ updateType: 'effective-permission', payload: { previous: false } });
  });
});

describe('the filter of a subscription', () => {
  const newsletter = { options: ['newsletter'], optionGroups: [], preferences: [] };
  beforeAll(async () => {
    for (const id of ['newsletter', 'calls'])
      await api.call('PUT', `/v1/applications/shop/options/${id}`, { body: { name: id } });
    const body = { label: 'Topics', type: 'multiple', choices: [{ reference: 'art', label: 'Art' }] };
    await api.call('PUT', '/v1/applications/shop/preferences/topics', { body });
  });

  it('is none by default, is shown with all its lists, and can be sent back', async () => {
    expect((await create()).filter).toBeNull();
    const { id, ...created } = await create({ filter: { options: ['newsletter'] } });
    expect(created.filter).toEqual(newsletter);
    const { body } = await api.call('PUT', `/v1/subscriptions/${id}`, {
      body: { ...created, signingSecret: null },
    });
    expect([body.filter, body.updatedAt]).toEqual([newsletter, created.updatedAt]);
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id } });
    expect(row.filterVersion).toBe(0);
  });

  it('is merged by a patch, stays where a PUT leaves it out, and is removed by null', async () => {
    const { id, name, url, updateType } = await create({ filter: { options: ['newsletter'] } });
    const write = async (method: string, body: object) =>
      (await api.call(method, `/v1/subscriptions/${id}`, { body })).body.filter;
    expect(await write('PATCH', { filter: { preferences: ['topics'] } })).toEqual({
      ...newsletter,
      preferences: ['topics'],
    });
    expect(await write('PATCH', { filter: { preferences: null } })).toEqual(newsletter);
    expect(await write('PUT', { name, url, updateType })).toEqual(newsletter);
    expect(await write('PATCH', { name: 'B' })).toEqual(newsletter);
    expect(await write('PATCH', { filter: null })).toBeNull();
    expect(await write('PATCH', { filter: { options: ['calls'] } })).toEqual({
      ...newsletter,
      options: ['calls'],
    });
    expect(await write('PUT', { name, url, updateType, filter: null })).toBeNull();
  });

  it.each([
    [{ options: ['newsletter', 'nope'] }, 'filter.options.1', 'unknown_option'],
    [{ optionGroups: ['newsletter'] }, 'filter.optionGroups.0', 'unknown_option_group'],
    [{ preferences: ['newsletter'] }, 'filter.preferences.0', 'unknown_preference'],
    [{ options: ['newsletter', 'newsletter'] }, 'filter.options.1', 'duplicate'],
    [{}, 'filter', 'entry_required'],
    [{ options: [], preferences: [] }, 'filter', 'entry_required'],
    [{ options: ['newsletter'], colours: [] }, 'filter.colours', 'unknown_field'],
  ])('is refused where it names nothing that there is: %j', async (filter, path, code) => {
    const body = {
      applicationId: 'shop',
      name: 'F',
      url: 'https://example.com',
      updateType: 'consent-receipts',
      filter,
    };
    const created = await api.call('POST', '/v1/subscriptions', { body });
    expect([created.status, created.body.errors]).toEqual([400, [expect.objectContaining({ path, code })]]);
    const { id } = await create();
    expect((await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { filter } })).status).toBe(400);
  });

  it('is refused for e-mails to citizens', async () => {
    const { id } = await create({ filter: { options: ['newsletter'] } });
    const change = (more: object) =>
      api.call('PATCH', `/v1/subscriptions/${id}`, { body: { updateType: 'citizen-emails', ...more } });
    expect((await change({})).body.errors).toMatchObject([{ path: 'filter', code: 'filter_of_emails' }]);
    expect((await change({ filter: null })).body).toMatchObject({
      updateType: 'citizen-emails',
      filter: null,
    });
  });

  it('keeps what it names in the catalogue', async () => {
    for (const [list, path, id] of [
      ['options', 'options', 'kept'],
      ['optionGroups', 'option-groups', 'kept'],
      ['preferences', 'preferences', 'kept'],
    ] as const) {
      const at = `/v1/applications/shop/${path}/${id}`;
      const body = {
        options: { name: 'Kept' },
        optionGroups: { name: 'Kept', optionIds: [] },
        preferences: { label: 'Kept', type: 'single', choices: [{ reference: 'a', label: 'A' }] },
      }[list];
      expect((await api.call('PUT', at, { body })).status).toBe(200);
      const { id: named } = await create({ filter: { [list]: [id] } });
      const refused = await api.call('DELETE', at);
      expect([refused.status, refused.body.code]).toEqual([409, 'named_by_filter']);
      expect((await api.call('GET', at)).status).toBe(200);
      await api.call('DELETE', `/v1/subscriptions/${named}`);
      expect((await api.call('DELETE', at)).status).toBe(204);
    }
  });
});

describe('an OAuth 2.0 client', () => {
  const oauth2Auth = {
    tokenUrl: 'https://login.example.com/token',
    clientId: 'client',
    clientSecret: SECRET,
    scope: 'write',
    refreshToken: 'refresh-0123456789',
  };
  const authentication = { authType: 'oauth2', oauth2Auth };
  const stored = async (id: string): Promise<Record<string, unknown>> =>
    JSON.parse((await storedSecret(id)) ?? '') as Record<string, unknown>;
  const change = async (id: string, changes: object) =>
    api.call('PATCH', `/v1/subscriptions/${id}`, { body: { authentication: { oauth2Auth: changes } } });

  it('is shown without its secrets, which are stored encrypted', async () => {
    const created = await create({ authentication });
    expect(created.authentication).toEqual({
      authType: 'oauth2',
      oauth2Auth: {
        ...{ tokenUrl: oauth2Auth.tokenUrl, clientId: 'client', scope: 'write', audience: null },
        ...{ clientSecret: null, clientSecretSet: true, refreshToken: null, refreshTokenSet: true },
      },
    });
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id: created.id } });
    for (const hidden of [SECRET, oauth2Auth.refreshToken]) expect(JSON.stringify(row)).not.toContain(hidden);
    const shown = (await api.call('GET', `/v1/subscriptions/${created.id}`)).body;
    expect((await api.call('PUT', `/v1/subscriptions/${created.id}`, { body: shown })).body).toEqual(shown);
    expect(await api.db.subscription.findUniqueOrThrow({ where: { id: created.id } })).toEqual(row);
  });

  it('keeps its secrets while they go to the same origin', async () => {
    const { id } = await create({ authentication });
    expect((await change(id, { tokenUrl: 'https://login.example.com/v2', scope: null })).status).toBe(200);
    expect(await stored(id)).toMatchObject({
      clientSecret: SECRET,
      refreshToken: oauth2Auth.refreshToken,
      scope: null,
    });
    const moved = await change(id, { tokenUrl: 'https://login.example.net/token' });
    expect([moved.status, moved.body.errors[0]?.path]).toEqual([
      400,
      'authentication.oauth2Auth.clientSecret',
    ]);
    const given = { tokenUrl: 'https://login.example.net/token', clientSecret: 'another-secret' };
    expect((await change(id, given)).status).toBe(200);
    expect(await stored(id)).toMatchObject({ clientSecret: 'another-secret', refreshToken: null });
  });

  it('has a refresh token of its own', async () => {
    const { id } = await create({ authentication });
    await change(id, { clientId: 'another' });
    expect(await stored(id)).toMatchObject({ clientSecret: SECRET, refreshToken: null });
  });

  it('goes back to its own credentials without the refresh token, which an empty text removes', async () => {
    const { id } = await create({ authentication });
    const before = await stored(id);
    expect((await change(id, { refreshToken: null })).status).toBe(200);
    expect(await stored(id)).toEqual(before);
    const removed = await change(id, { refreshToken: '' });
    expect(removed.body.authentication).toMatchObject({ oauth2Auth: { refreshTokenSet: false } });
    expect(await stored(id)).toMatchObject({ clientSecret: SECRET, refreshToken: null });
    // Tokens that were asked for with it are not used any more.
    expect((await stored(id)).grantId).not.toBe(before.grantId);
    expect(
      (
        await create({
          authentication: { authType: 'oauth2', oauth2Auth: { ...oauth2Auth, refreshToken: '' } },
        })
      ).authentication,
    ).toMatchObject({ oauth2Auth: { refreshTokenSet: false } });
  });

  it.each([
    [{ refreshToken: 'short' }, 'refreshToken'],
    [{ clientSecret: null }, 'clientSecret'],
    [{ tokenUrl: 'https://user:pw@a.example' }, 'tokenUrl'],
    [{ tokenUrl: 'http://login.example.com' }, 'tokenUrl'],
    [{ tokenUrl: 'https://169.254.169.254/token' }, 'tokenUrl'],
    [{ clientId: '' }, 'clientId'],
    [{ colour: 1 }, 'colour'],
  ])('with %j is refused', async (changes, field) => {
    const body = {
      ...{ applicationId: 'shop', name: 'n', url: 'https://a.example', updateType: 'consent-receipts' },
      authentication: { authType: 'oauth2', oauth2Auth: { ...oauth2Auth, ...changes } },
    };
    const answer = await api.call('POST', '/v1/subscriptions', { body });
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, `authentication.oauth2Auth.${field}`]);
  });
});

describe('the client certificate of a subscription', () => {
  const [ours, other] = [createAuthority('ours'), createAuthority('other')];
  const issued = ours.issue('consent-webhooks');
  const stored = async (id: string): Promise<unknown> => {
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(row)).not.toContain(issued.privateKey.split('\n')[3]);
    const sealed = row.clientCertificateSealed;
    return sealed === null ? null : JSON.parse(api.sealer.open(sealed, 'credential'));
  };
  const chained = (times: { beginsAt?: Date; endsAt?: Date }) => {
    const authority = createAuthority('between', times);
    const { certificate, privateKey } = authority.issue('consent-webhooks');
    return { certificate: certificate + authority.certificate, privateKey };
  };
  const NO_CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n';
  const patch = (id: string, clientCertificate: unknown) =>
    api.call('PATCH', `/v1/subscriptions/${id}`, { body: { clientCertificate } });

  it('is shown with its end and without its key, and can be sent back', async () => {
    const created = await create({ clientCertificate: issued });
    const { certificate } = issued;
    expect(created.clientCertificate).toEqual({
      ...{ certificate, privateKey: null, privateKeySet: true, subject: 'CN=consent-webhooks' },
      notAfter: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
    });
    expect(await stored(created.id)).toEqual(issued);
    expect(JSON.stringify(created)).not.toContain(issued.privateKey.split('\n')[3]);
    const before = await api.db.subscription.findUniqueOrThrow({ where: { id: created.id } });
    const { body: shown } = await api.call('GET', `/v1/subscriptions/${created.id}`);
    for (const method of ['PUT', 'PATCH'])
      expect((await api.call(method, `/v1/subscriptions/${created.id}`, { body: shown })).body).toEqual(
        shown,
      );
    expect(await api.db.subscription.findUniqueOrThrow({ where: { id: created.id } })).toEqual(before);
  });

  it('that comes in one file with its key is shown without it, also where a version before has stored both', async () => {
    const both = `Bag Attributes: none\n${issued.privateKey}${issued.certificate}`;
    const created = await create({ clientCertificate: { ...issued, certificate: both } });
    const shown = async () =>
      (await api.call('GET', `/v1/subscriptions/${created.id}`)).body.clientCertificate;
    const { certificate } = issued;
    expect(created.clientCertificate).toMatchObject({ certificate: `${certificate.trim()}\n` });
    expect(await shown()).toEqual(created.clientCertificate);
    const sealed = api.sealer.seal(JSON.stringify({ ...issued, certificate: both }), 'credential');
    await api.db.subscription.update({
      where: { id: created.id },
      data: { clientCertificateSealed: sealed },
    });
    expect(await shown()).toEqual(created.clientCertificate);
    expect((await patch(created.id, await shown())).status).toBe(200);
    expect((await patch(created.id, { certificate: both })).body.clientCertificate).toEqual(await shown());
  });

  it('ends with the first of those that lead from it to its authority', async () => {
    const endsAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 86_400_000);
    const created = await create({ clientCertificate: chained({ endsAt }) });
    expect(created.clientCertificate).toMatchObject({
      ...{ subject: 'CN=consent-webhooks', notAfter: endsAt.toISOString() },
    });
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id: created.id } });
    expect(row.clientCertificateUntil).toEqual(endsAt);
  });

  it('is replaced with its key, and removed by null', async () => {
    const { id } = await create({ clientCertificate: issued });
    const next = ours.issue('next');
    const without = await patch(id, { certificate: next.certificate });
    expect([without.status, without.body.errors[0]?.code]).toEqual([400, 'key_of_other_certificate']);
    expect((await patch(id, next)).status).toBe(200);
    expect(await stored(id)).toEqual(next);
    await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { name: 'B' } });
    expect(await stored(id)).toEqual(next);
    expect((await patch(id, null)).body.clientCertificate).toBeNull();
    expect(await stored(id)).toBeNull();
  });

  it.each<[string, object, string]>([
    ['no key', { certificate: issued.certificate }, 'privateKey'],
    ['the key of another', { ...issued, privateKey: other.issue('x').privateKey }, 'privateKey'],
    ['no certificate at all', { ...issued, certificate: 'a certificate' }, 'certificate'],
    ['no key at all', { ...issued, privateKey: 'a key' }, 'privateKey'],
    [
      'one of a chain cut off',
      { ...issued, certificate: issued.certificate + issued.certificate.slice(0, 200) + issued.privateKey },
      'certificate',
    ],
    ['one that has ended', ours.issue('old', { endsAt: new Date(Date.now() - 1_000) }), 'certificate'],
    ['one of tomorrow', ours.issue('new', { beginsAt: new Date(Date.now() + 86_400_000) }), 'certificate'],
    ['one whose authority has ended', chained({ endsAt: new Date(Date.now() - 1_000) }), 'certificate'],
    [
      'one whose authority is of tomorrow',
      chained({ beginsAt: new Date(Date.now() + 1_000_000) }),
      'certificate',
    ],
    [
      'one of a chain that is none',
      { ...issued, certificate: `${issued.certificate}${NO_CERTIFICATE}` },
      'certificate',
    ],
  ])('with %s is refused', async (_, clientCertificate, field) => {
    const body = {
      ...{ applicationId: 'shop', name: 'n', url: 'https://a.example', updateType: 'consent-receipts' },
      clientCertificate,
    };
    const answer = await api.call('POST', '/v1/subscriptions', { body });
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, `clientCertificate.${field}`]);
    expect(answer.text + api.log()).not.toContain(issued.privateKey.split('\n')[3]);
  });
});

describe('the headers of a subscription', () => {
  const headers = [
    { name: 'X-Tenant', value: SECRET },
    { name: 'X-Stage', value: 'prod' },
  ];
  const stored = async (id: string): Promise<unknown> => {
    const { headersSealed } = await api.db.subscription.findUniqueOrThrow({ where: { id } });
    return headersSealed === null ? null : JSON.parse(api.sealer.open(headersSealed, 'credential'));
  };
  const shown = headers.map(({ name }) => ({ name, value: null, valueSet: true }));

  it('are stored encrypted, and shown without what they say', async () => {
    const created = await create({ headers });
    expect(created.headers).toEqual(shown);
    expect(await stored(created.id)).toEqual(headers);
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id: created.id } });
    expect(JSON.stringify(row)).not.toContain(SECRET);
    expect((await create()).headers).toEqual([]);
  });

  it('keep by their name what is not given anew, and are what the list holds', async () => {
    const { id } = await create({ headers });
    const path = `/v1/subscriptions/${id}`;
    const changed = [{ name: 'x-tenant' }, { name: 'X-Region', value: 'eu' }];
    const { body } = await api.call('PATCH', path, { body: { headers: changed } });
    expect(body.headers).toEqual(changed.map(({ name }) => ({ name, value: null, valueSet: true })));
    expect(await stored(id)).toEqual([
      { name: 'x-tenant', value: SECRET },
      { name: 'X-Region', value: 'eu' },
    ]);
    await api.call('PATCH', path, { body: { name: 'Renamed' } });
    expect(await stored(id)).toHaveLength(2);
    await api.call('PATCH', path, { body: { headers: [] } });
    expect(await stored(id)).toBeNull();
  });

  it.each<[object[], string]>([
    [[{ name: 'X-Unset' }], 'headers.0.value'],
    [[{ name: 'not a name', value: 'x' }], 'headers.0.name'],
    [[{ name: 'X-A', value: ' x' }], 'headers.0.value'],
    ...['Host', 'Connection', 'TE', 'Content-Digest', 'Content-Type', 'webhook-id', 'X-CPM-Test'].map(
      (name): [object[], string] => [[{ name, value: 'x' }], 'headers.0.name'],
    ),
    [[headers[1] ?? {}, { name: 'X-STAGE', value: 'x' }], 'headers.1.name'],
    [Array.from({ length: 21 }, (_, i) => ({ name: `X-${i}`, value: 'x' })), 'headers'],
  ])('refuse %j', async (given, path) => {
    const body = {
      applicationId: 'shop',
      name: 'n',
      url: 'https://a.example',
      updateType: 'consent-receipts',
    };
    const answer = await api.call('POST', '/v1/subscriptions', { body: { ...body, headers: given } });
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, path]);
  });

  it('do not set what the authentication sets', async () => {
    const authorization = [{ name: 'Authorization', value: 'Basic dXNlcjpwYXNz' }];
    const { id } = await create({ headers: authorization });
    const path = `/v1/subscriptions/${id}`;
    for (const authentication of [
      bearer,
      { ...apiKey, apiKeyAuth: { ...apiKey.apiKeyAuth, key: 'authorization' } },
    ]) {
      const { status, body } = await api.call('PATCH', path, { body: { authentication } });
      expect([status, body.errors[0]?.path]).toEqual([400, 'headers.0.name']);
    }
    expect((await api.call('PATCH', path, { body: { authentication: apiKey } })).status).toBe(200);
  });
});

describe('deleting a subscription', () => {
  it('hides it and erases its secrets', async () => {
    const { id } = await create({ authentication: apiKey, headers: [{ name: 'X-Tenant', value: SECRET }] });
    expect((await api.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204);
    expect((await api.call('GET', `/v1/subscriptions/${id}`)).status).toBe(404);
    expect((await api.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(404);
    const row = await api.db.subscription.findUniqueOrThrow({ where: { id } });
    expect(row).toMatchObject({
      authType: 'none',
      authKey: null,
      authSecretSealed: null,
      headersSealed: null,
      signingSecretSealed: null,
    });
    const { body } = await api.call('GET', '/v1/subscriptions?limit=100');
    expect(body.items.map((item) => item.id)).not.toContain(id);
  });
});

describe('the list of subscriptions', () => {
  beforeAll(async () => {
    await api.call('PUT', '/v1/applications/lists', { body: { name: 'Lists' } });
    for (const [name, updateType, status] of [
      ['First_100%', 'consent-receipts', 'active'],
      ['Second', 'effective-permission', 'paused'],
      ['Third', 'effective-permission', 'active'],
    ]) {
      await create({ applicationId: 'lists', name, updateType, status });
    }
  });

  const names = async (query: string): Promise<string[]> => {
    const { body } = await api.call('GET', `/v1/subscriptions?applicationId=lists&${query}`);
    return body.items.map((item) => item.name);
  };

  it('holds the newest first, in pages', async () => {
    const { body } = await api.call('GET', '/v1/subscriptions?applicationId=lists&offset=1&limit=1');
    expect(body).toMatchObject({
      total: 3,
      offset: 1,
      limit: 1,
      items: [{ name: 'Second', health: { waiting: 0 } }],
    });
  });

  it('is filtered by application, status, type and name', async () => {
    expect(await names('')).toEqual(['Third', 'Second', 'First_100%']);
    expect(await names('status=active')).toEqual(['Third', 'First_100%']);
    expect(await names('updateType=effective-permission&status=paused')).toEqual(['Second']);
    expect(await names('q=IR')).toEqual(['Third', 'First_100%']);
    expect(await names('q=0%25')).toEqual(['First_100%']);
    expect(await names('q=_')).toEqual(['First_100%']);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=1&limit=2',
    'offset=-1',
    'status=on',
    'colour=red',
    'q=%00',
  ])('refuses %s', async (query) => {
    const { status, body } = await api.call('GET', `/v1/subscriptions?${query}`);
    expect([status, body.errors.length]).toEqual([400, 1]);
  });
});

it('no secret comes back, is logged, or stands in an error', async () => {
  const token = `tok${newId()}`;
  const created = await create({ authentication: { authType: 'bearer', bearerAuth: { token } } });
  const path = `/v1/subscriptions/${created.id}`;
  const broken = { authentication: { authType: 'bearer', bearerAuth: { token: `${token} ${token}` } } };
  const answers = [
    created,
    await api.call('GET', path),
    await api.call('PUT', path, { body: broken }),
    await api.call('PATCH', path, { body: { [token]: token } }).then(({ status }) => status),
    await api.call('PATCH', path, { body: `{"authentication": "${token}` }),
    await api.call('PATCH', path, { body: { authentication: { bearerAuth: { token: [token] } } } }),
    await api.call('GET', `/v1/subscriptions?q=${token}`),
    await api.call('GET', `/v1/${token}?key=${token}`),
  ];
  expect(JSON.stringify(answers)).not.toContain(token);
  expect(api.log()).not.toContain(token);
  expect(api.log()).not.toContain(created.signingSecret);
  expect(api.log()).not.toContain(api.key);
});
