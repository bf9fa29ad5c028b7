import { newId } from '../../../src/platform/ids';
import { ApiRig, type Answer } from '../../harness/api';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  for (const [path, body] of CATALOGUE) {
    const { status } = await api.call('PUT', `/v1/applications/shop${path}`, { body });
    expect([path, status]).toEqual([path, 200]);
  }
});
afterAll(() => api.stop());

const CATALOGUE = [
  ['', { name: 'Shop' }],
  ['/options/email', { name: 'E-mail' }],
  ['/options/sms', { name: 'SMS' }],
  ['/option-groups/marketing', { name: 'Marketing', optionIds: ['email', 'sms'] }],
  ['/privacy-policies/pp', { reference: 'PP-1', name: 'Policy', url: 'https://example.com/pp' }],
  ['/permission-statements/ps', { reference: 'PS-1', text: 'I agree.\nReally.' }],
  [
    '/preferences/topics',
    { label: 'Topics', type: 'multiple', choices: [{ reference: 'news', label: 'News' }] },
  ],
] as const;

const granted = { optionType: 'option', optionId: 'email', justification: 'consent', state: 'GRANTED' };
const record = (body: object): Promise<Answer> => api.call('POST', '/v1/permissions/transactions', { body });

describe('the catalogue', () => {
  it.each(CATALOGUE)('%s: what GET gives can be sent back by PUT', async (path) => {
    const shown = await api.call('GET', `/v1/applications/shop${path}`);
    const again = await api.call('PUT', `/v1/applications/shop${path}`, { body: shown.body });
    expect([shown.status, again.status]).toEqual([200, 200]);
    expect({ ...again.body, updatedAt: null }).toEqual({ ...shown.body, updatedAt: null });
  });

  it('is listed in pages', async () => {
    const { body } = await api.call('GET', '/v1/applications/shop/options?limit=1');
    expect(body).toEqual({
      items: [{ id: 'email', applicationId: 'shop', name: 'E-mail' }],
      total: 2,
      offset: 0,
      limit: 1,
      nextCursor: expect.any(String) as unknown,
    });
    expect((await api.call('GET', '/v1/applications')).body.total).toBe(1);
  });

  it.each([
    ['/v1/applications/shop/options/x', { name: 'X', colour: 1 }, 'colour'],
    ['/v1/applications/shop/options/x', { name: 'a\nb' }, 'name'],
    [`/v1/applications/${'x'.repeat(51)}`, { name: 'X' }, 'applicationId'],
    ['/v1/applications/shop', { name: 'X', sender: { email: 'nobody' } }, 'sender.email'],
    ['/v1/applications/shop/option-groups/g', { name: 'G', optionIds: ['fax'] }, 'optionIds.0'],
    ['/v1/applications/shop/preferences/p', { label: 'P', type: 'some', choices: [] }, 'type'],
  ])('refuses a PUT of %s with %j', async (path, body, field) => {
    const { status, body: refusal } = await api.call('PUT', path, { body });
    expect([status, refusal.errors.map((problem) => problem.path)]).toEqual([
      400,
      expect.arrayContaining([field]),
    ]);
  });

  it.each([
    ['', { name: 'X' }, 'applicationId'],
    ['/options/ID', { name: 'X' }, 'id'],
    ['/option-groups/ID', { name: 'X', optionIds: [] }, 'id'],
    ['/privacy-policies/ID', { reference: 'P', name: 'X' }, 'id'],
    ['/permission-statements/ID', { reference: 'S', text: 'X' }, 'id'],
    ['/preferences/ID', { label: 'X', type: 'single', choices: [{ reference: 'a', label: 'A' }] }, 'id'],
  ])('takes ids that need no encoding only: %s', async (path, body, field) => {
    const put = (id: string): Promise<Answer> => {
      const target =
        path === '' ? `/v1/applications/${id}` : `/v1/applications/shop${path.replace('ID', id)}`;
      return api.call('PUT', target, { body });
    };
    for (const id of ['bad%20id!', 'a%2Fb', '-a', '.hidden', 'caf%C3%A9', '%F0%9F%98%80', 'a%3Fb']) {
      const { status, body: refusal } = await put(id);
      expect([id, status, refusal.errors]).toEqual([
        id,
        400,
        [expect.objectContaining({ path: field, code: 'invalid_chosen_id' })],
      ]);
    }
    for (const id of ['A', '0', 'a.b_c~d-e', 'brand:shop']) {
      expect((await put(id)).status).toBe(200);
    }
  });

  it('keeps working under ids of before', async () => {
    await api.db.application.create({ data: { id: 'old id!', name: 'Old' } });
    await api.db.option.create({ data: { applicationId: 'old id!', id: 'odd/option', name: 'Odd' } });
    const option = '/v1/applications/old%20id!/options/odd%2Foption';
    expect((await api.call('PUT', '/v1/applications/old%20id!', { body: { name: 'New' } })).status).toBe(200);
    expect((await api.call('PUT', option, { body: { name: 'New' } })).status).toBe(200);
    expect((await api.call('GET', option)).body.name).toBe('New');
    const changes = [{ ...granted, optionId: 'odd/option' }];
    expect((await record({ applicationId: 'old id!', externalRef: 'a', changes })).status).toBe(202);
    expect(
      (await api.call('PUT', '/v1/applications/old%20id!/options/fax', { body: { name: 'Fax' } })).status,
    ).toBe(200);
    expect((await api.call('DELETE', '/v1/applications/old%20id!/options/fax')).status).toBe(204);
  });

  it('keeps what is in use', async () => {
    await record({ applicationId: 'shop', externalRef: 'user', changes: [granted] });
    expect((await api.call('DELETE', '/v1/applications/shop/options/email')).status).toBe(409);
    expect((await api.call('DELETE', '/v1/applications/shop')).status).toBe(409);
    await api.call('PUT', '/v1/applications/shop/options/fax', { body: { name: 'Fax' } });
    expect((await api.call('DELETE', '/v1/applications/shop/options/fax')).status).toBe(204);
    expect((await api.call('GET', '/v1/applications/shop/options/fax')).status).toBe(404);
  });
});

describe('recording', () => {
  it('answers with what was recorded and which deliveries will start', async () => {
    const { body: subscription } = await api.call('POST', '/v1/subscriptions', {
      body: {
        applicationId: 'shop',
        name: 'S',
        url: 'https://example.com',
        updateType: 'effective-permission',
      },
    });
    const { status, body } = await record({
      applicationId: 'shop',
      externalRef: 'ada',
      changes: [granted],
      channel: 'web',
      recordedBy: { id: 'u1', name: 'User' },
    });
    expect(status).toBe(202);
    expect(body).toEqual({
      changeId: expect.any(String) as unknown,
      citizenId: expect.any(String) as unknown,
      transactionIds: [expect.any(String) as unknown],
      submissionId: null,
      deliveries: [{ id: expect.any(String) as unknown, subscriptionId: subscription.id }],
    });
    const { id } = body.deliveries[0];

    const list = await api.call('GET', `/v1/deliveries?changeId=${body.changeId}&status=pending`);
    expect(list.body).toMatchObject({ total: 1, items: [{ id, workflowId: `delivery-${id}` }] });
    const one = await api.call('GET', `/v1/deliveries/${id}`);
    expect(one.body).toMatchObject({
      attempts: [],
      temporalUrl: `http://temporal.test/namespaces/default/workflows/delivery-${id}`,
    });
    expect((await api.call('POST', `/v1/deliveries/${id}/resend`)).status).toBe(409);
    expect((await api.call('POST', `/v1/deliveries/${id}/retry`)).body).toEqual({ id });
    expect((await api.call('POST', `/v1/deliveries/${id}/cancel`)).status).toBe(202);
    expect((await api.call('POST', `/v1/deliveries/${id}/cancel`)).status).toBe(409);
    expect((await api.call('POST', `/v1/deliveries/${newId()}/cancel`)).status).toBe(404);
    await api.call('DELETE', `/v1/subscriptions/${subscription.id}`);
  });

  it('shows in what is in effect, with the key that recorded it', async () => {
    const key = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'Website', scopes: ['consent:write'] },
    });
    const body = {
      applicationId: 'shop',
      externalRef: 'grace',
      changes: [{ ...granted, obtainedAt: '2026-01-01T12:00:00+02:00' }],
      preferences: [{ preference: 'topics', choices: ['news'] }],
      privacyPolicyId: 'pp',
      permissionStatementId: 'ps',
    };
    const answer = await api.call('POST', '/v1/consent-state', {
      body,
      headers: { 'x-api-key': key.body.key },
    });
    expect([answer.status, typeof answer.body.submissionId]).toEqual([202, 'string']);
    for (const path of ['/v1/permissions', '/v1/consent-state']) {
      const { body: state } = await api.call('GET', `${path}?applicationId=shop&externalRef=grace`);
      expect(state).toMatchObject({
        applicationId: 'shop',
        externalRef: 'grace',
        permissions: [
          {
            state: 'GRANTED',
            recordedClient: key.body.id,
            recordedClientName: 'Website',
            privacyPolicyRef: 'PP-1',
            permissionStatementRef: 'PS-1',
            obtainedAt: '2026-01-01T10:00:00.000Z',
          },
        ],
        preferences: [{ preference: 'topics', choices: [{ reference: 'news', label: 'News' }] }],
        sentAt: expect.stringMatching(/Z$/) as unknown,
      });
    }
  });

  it('is decided by microseconds, in whichever form the times are written, and shows them as given', async () => {
    const at = (state: string, obtainedAt: string): Promise<Answer> =>
      record({ applicationId: 'shop', externalRef: 'micro', changes: [{ ...granted, state, obtainedAt }] });
    expect((await at('DENIED', '2026-01-01T00:00:00.123900Z')).status).toBe(202);
    expect((await at('GRANTED', '2026-01-01 01:00:00,123100+0100')).status).toBe(202);
    const shown = await api.call('GET', '/v1/permissions?applicationId=shop&externalRef=micro');
    const entry = { state: 'DENIED', obtainedAt: '2026-01-01T00:00:00.123900Z' };
    expect(shown.body.permissions).toEqual([expect.objectContaining(entry)]);
    const changes = await api.call('GET', `/v1/citizens/${String(shown.body.citizenId)}/changes`);
    expect(changes.body.items.flatMap(({ transactions }) => transactions)).toEqual([
      expect.objectContaining({ obtainedAt: '2026-01-01T00:00:00.123100Z' }),
      expect.objectContaining(entry),
    ]);
    const finer = await at('GRANTED', '2026-01-01T00:00:00.1239001Z');
    expect([finer.status, finer.body.errors]).toEqual([
      400,
      [expect.objectContaining({ path: 'changes.0.obtainedAt', code: 'time_too_precise' })],
    ]);
  });

  it.each([
    [{ externalRef: 'a', changes: [] }, 'changes'],
    [{ changes: [granted] }, 'externalRef'],
    [{ externalRef: 'a', citizenId: newId(), changes: [granted] }, 'externalRef'],
    [{ externalRef: 'x'.repeat(101), changes: [granted] }, 'externalRef'],
    [{ externalRef: 'a\u0000', changes: [granted] }, 'externalRef'],
    [{ externalRef: 'a', changes: [{ ...granted, state: 'MAYBE' }] }, 'changes.0.state'],
    [{ externalRef: 'a', changes: [{ ...granted, state: 'CLAIMED' }] }, 'changes.0.justification'],
    [{ externalRef: 'a', changes: [{ ...granted, optionId: 'fax' }] }, 'changes.0.optionId'],
    [{ externalRef: 'a', changes: [{ ...granted, validFrom: 'now' }] }, 'changes.0.validFrom'],
    [{ externalRef: 'a', changes: [{ ...granted, colour: 'red' }] }, 'changes.0.colour'],
    [{ externalRef: 'a', changes: [granted], privacyPolicyId: 'none' }, 'privacyPolicyId'],
    [{ citizenId: newId(), changes: [granted] }, 'citizenId'],
  ])('refuses %j, and keeps nothing', async (body, field) => {
    const before = await api.db.citizen.count();
    const answer = await record({ applicationId: 'shop', ...body });
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, field]);
    expect(await api.db.citizen.count()).toBe(before);
  });

  it('refuses preferences that the catalogue lacks', async () => {
    const body = {
      applicationId: 'shop',
      externalRef: 'a',
      preferences: [{ preference: 'topics', choices: ['sports'] }],
    };
    const { status, body: refusal } = await api.call('POST', '/v1/preferences/submissions', { body });
    expect([status, refusal.errors[0]?.path]).toEqual([400, 'preferences.0.choices.0']);
  });
});

describe('citizens', () => {
  it('are created, found, listed without their address, and deleted', async () => {
    const body = { applicationId: 'shop', externalRef: 'lin-1', email: 'lin@example.com', locale: 'de-AT' };
    const created = await api.call('POST', '/v1/citizens', { body });
    expect([created.status, created.body]).toEqual([201, expect.objectContaining(body)]);
    expect((await api.call('POST', '/v1/citizens', { body })).status).toBe(409);
    const path = `/v1/citizens/${created.body.id}`;
    expect((await api.call('GET', path)).body).toEqual(created.body);
    const list = await api.call('GET', '/v1/citizens?applicationId=shop&externalRef=lin');
    expect([list.body.total, JSON.stringify(list.body).includes('lin@')]).toEqual([1, false]);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('GET', path)).status).toBe(404);
    expect((await api.call('GET', '/v1/permissions?applicationId=shop&externalRef=lin-1')).status).toBe(404);
    expect(api.log()).not.toMatch(/lin@example|lin-1/);
  });
});
