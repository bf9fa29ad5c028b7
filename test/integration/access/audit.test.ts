/** Who did what: recorded with what was done, and never changed. */
import { SCOPES, type Scope } from '../../../src/access/scopes';
import { newId } from '../../../src/platform/ids';
import { ApiRig, type Answer } from '../../harness/api';
import { expectReasonsInWords } from '../../harness/audit-reasons';
import { Visitor } from '../../harness/visitor';

const REFERENCE = 'customer-4711';
let api: ApiRig;
let keyId: string;
beforeAll(async () => {
  api = await ApiRig.start();
  keyId = (await api.db.apiKey.findFirstOrThrow()).id;
  for (const id of ['shop', 'club']) await api.call('PUT', `/v1/applications/${id}`, { body: { name: id } });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
});
afterAll(() => api.stop());

const list = async (query: string, headers = {}): Promise<Answer['body']> =>
  (await api.call('GET', `/v1/audit-events?${query}`, { headers })).body;
const change = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
const record = (more: object = {}): Promise<Answer> =>
  api.call('POST', '/v1/permissions/transactions', {
    body: { applicationId: 'shop', externalRef: REFERENCE, changes: [change], ...more },
  });

describe('an event of the audit trail', () => {
  it('says who recorded a change of whom, when and from where, and nothing of what it held', async () => {
    const { body, headers } = await record();
    const { items } = await list('action=recordPermissionTransactions');
    expect(items).toEqual([
      {
        ...{ id: expect.any(String) as unknown, at: expect.stringMatching(/Z$/) as unknown },
        ...{ actorKind: 'api-key', actorId: keyId, actorName: 'configured' },
        ...{ action: 'recordPermissionTransactions', outcome: 'done', reason: null },
        ...{ applicationId: 'shop', objectId: body.citizenId },
        ...{ address: '127.0.0.1', requestId: headers.get('x-request-id') },
      },
    ]);
    const rows = JSON.stringify(await api.db.auditEvent.findMany());
    for (const content of [REFERENCE, 'GRANTED', 'consent"', api.key]) expect(rows).not.toContain(content);
    expect(api.log()).toContain(`"callerId":"${keyId}"`);
  });

  it('comes with what it tells of, or not at all, and once however often the call is repeated', async () => {
    const count = async (): Promise<number> => (await list('action=recordPermissionTransactions')).total;
    const before = await count();
    expect((await record({ changes: [{ ...change, optionId: 'nope' }] })).status).toBe(400);
    expect(await count()).toBe(before);
    for (let times = 0; times < 2; times += 1) {
      const body = { applicationId: 'shop', externalRef: 'once', changes: [change] };
      const headers = { 'idempotency-key': 'once' };
      await api.call('POST', '/v1/permissions/transactions', { body, headers });
    }
    expect(await count()).toBe(before + 1);
  });

  it('tells of a credential that was made, a payload that was seen, and a call that was refused', async () => {
    const made = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'Curious', scopes: ['audit:read'] satisfies Scope[] },
    });
    expect((await list(`objectId=${made.body.id}`)).items).toEqual([
      expect.objectContaining({ action: 'createApiKey', actorKind: 'administrator', outcome: 'done' }),
    ]);
    for (let times = 0; times < 3; times += 1)
      await api.call('GET', '/v1/citizens', { headers: { 'x-api-key': made.body.key } });
    expect((await list(`actor=${made.body.id}`)).items).toEqual([
      expect.objectContaining({ action: 'listCitizens', outcome: 'refused', reason: 'missing_scope' }),
    ]);
    const subscription = { applicationId: 'shop', name: 'CRM', url: 'https://example.com' };
    await api.call('POST', '/v1/subscriptions', {
      body: { ...subscription, updateType: 'consent-receipts' },
    });
    const [delivery] = (await record()).body.deliveries;
    await api.call('GET', `/v1/deliveries/${delivery.id}/payload`);
    expect((await list(`objectId=${delivery.id}`)).items).toEqual([
      expect.objectContaining({ action: 'getDeliveryPayload', actorId: keyId }),
    ]);
  });

  it('tells of a log-in, and of one that failed without what was typed', async () => {
    await new Visitor(api.url).logIn('typed-by-mistake@example.com', 'a wrong password');
    const { items } = await list('action=logIn');
    expect(items).toEqual([
      expect.objectContaining({
        ...{ actorKind: 'unknown', actorId: null, actorName: null, outcome: 'refused' },
        ...{ reason: 'wrong_credentials', address: '127.0.0.1' },
      }),
    ]);
    expect(JSON.stringify(await api.db.auditEvent.findMany())).not.toContain('typed-by-mistake');
  });
});

describe('a key that has ended', () => {
  it('is told by name of the operation when it is used again, once, and an unknown one is not', async () => {
    const make = async (more: object): Promise<Answer['body']> =>
      (await api.asOwner('POST', '/v1/api-keys', { body: { name: 'Old', scopes: SCOPES, ...more } })).body;
    const [revoked, over] = [await make({}), await make({})];
    await api.asOwner('DELETE', `/v1/api-keys/${revoked.id}`);
    await api.db.apiKey.update({ where: { id: over.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    for (const { id, key } of [revoked, over]) {
      for (let times = 0; times < 2; times += 1) {
        const answer = await api.call('GET', '/v1/citizens?limit=1', { headers: { 'x-api-key': key } });
        expect(answer.status).toBe(401);
      }
      expect((await list(`actor=${id}`)).items).toEqual([
        expect.objectContaining({
          ...{ actorKind: 'api-key', action: 'listCitizens', outcome: 'refused', reason: 'unauthenticated' },
        }),
      ]);
    }
    const before = await api.db.auditEvent.count();
    await api.call('GET', '/v1/citizens', { headers: { 'x-api-key': 'cpm_unknown' } });
    expect(await api.db.auditEvent.count()).toBe(before);
  });
});

describe('a log-out', () => {
  it('is told with whose it was, and is nothing where nobody was logged in', async () => {
    const visitor = await api.logIn('viewer');
    expect((await visitor.call('DELETE', '/v1/session')).status).toBe(204);
    expect((await new Visitor(api.url).call('DELETE', '/v1/session')).status).toBe(204);
    expect((await list('action=logOut')).items).toEqual([
      expect.objectContaining({
        ...{ actorKind: 'administrator', outcome: 'done' },
        actorName: expect.stringMatching(/^viewer-/) as unknown,
      }),
    ]);
  });
});

describe('the audit trail', () => {
  it('is found by time', async () => {
    const { items } = await list('limit=1');
    const at = String(items[0]?.at);
    expect((await list(`from=${at}`)).items).toContainEqual(items[0]);
    expect((await list(`to=${at}`)).items).not.toContainEqual(items[0]);
  });

  it('names the application of what was acted upon, also where the request names none', async () => {
    const subscription = { applicationId: 'club', name: 'CRM', url: 'https://example.com' };
    const { id } = (
      await api.call('POST', '/v1/subscriptions', {
        body: { ...subscription, updateType: 'effective-permission' },
      })
    ).body;
    await api.call('PUT', '/v1/applications/club/options/news', { body: { name: 'News' } });
    const { citizenId, deliveries } = (await record({ applicationId: 'club' })).body;
    const [delivery] = deliveries;
    for (const [method, path] of [
      ['POST', `/v1/deliveries/${delivery.id}/retry`],
      ['GET', `/v1/deliveries/${delivery.id}/payload`],
      ['POST', `/v1/subscriptions/${id}/rotate-signing-secret`],
      ['DELETE', `/v1/subscriptions/${id}`],
      ['DELETE', `/v1/citizens/${String(citizenId)}`],
    ] as const) {
      const body = path.endsWith('secret') ? {} : undefined;
      expect((await api.call(method, path, { body })).status).toBeLessThan(300);
    }
    const { items } = await list('limit=5');
    expect(items.map((item) => [item.action, item.applicationId])).toEqual(
      [
        ...['deleteCitizen', 'deleteSubscription', 'rotateSigningSecret', 'getDeliveryPayload'],
        'retryDelivery',
      ].map((action) => [action, 'club']),
    );
  });

  it('shows who sees one application only what names that one: no log-ins, keys and people either', async () => {
    const { body } = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'Club', scopes: SCOPES, applicationIds: ['club'] },
    });
    const { items, total } = await list('limit=100', { 'x-api-key': body.key });
    expect(new Set(items.map((item) => item.applicationId))).toEqual(new Set(['club']));
    expect(total).toBe(await api.db.auditEvent.count({ where: { applicationId: 'club' } }));
    for (const filter of [
      `objectId=${body.id}`,
      'action=logIn',
      'action=recordPermissionTransactions&limit=100',
    ]) {
      const found = (await list(filter, { 'x-api-key': body.key })).items;
      expect(found.filter((item) => item.applicationId !== 'club')).toEqual([]);
    }
    expect((await list(`objectId=${body.id}`)).total).toBe(1);
  });

  it('tells an application who asked for what it has and may not, and nobody of what nobody has', async () => {
    const { body } = await api.asOwner('POST', '/v1/api-keys', {
      body: {
        name: 'Curious',
        scopes: SCOPES.filter((scope) => scope !== 'catalogue:write'),
        applicationIds: ['club'],
      },
    });
    const ask = (method: string, path: string, sent?: object): Promise<Answer> =>
      api.call(method, path, { body: sent, headers: { 'x-api-key': body.key } });
    const citizen = String((await record()).body.citizenId);
    const optIn = newId();
    await api.db.doubleOptIn.create({
      data: { id: optIn, applicationId: 'shop', citizenId: citizen, expiresAt: new Date() },
    });
    for (const [path, sent] of [
      [`/v1/citizens/${newId()}`],
      [`/v1/citizens/${citizen}`],
      [`/v1/opt-ins/${optIn}`],
      ['/v1/applications/nope'],
      ['/v1/applications/club/options/nope'], // of their own
      ['/v1/applications/shop'],
      ['/v1/permissions/transactions', { applicationId: 'shop', externalRef: REFERENCE, changes: [change] }],
    ] as const)
      expect((await ask(sent ? 'POST' : 'GET', path, sent)).status).toBe(sent ? 400 : 404);
    expect((await ask('DELETE', '/v1/applications/shop/options/a-guess')).status).toBe(403);
    const { items } = await list(`actor=${body.id}`);
    expect(items.map((item) => [item.action, item.reason, item.applicationId, item.objectId])).toEqual([
      ['deleteOption', 'missing_scope', 'shop', 'shop'],
      ['recordPermissionTransactions', 'unknown_application', 'shop', 'shop'],
      ['getApplication', 'application_not_found', 'shop', 'shop'],
      ['getOptIn', 'opt_in_not_found', 'shop', optIn],
      ['getCitizen', 'citizen_not_found', 'shop', citizen],
    ]);
  });

  it('is had as a table: every event that matches, in batches, for each caller their own', async () => {
    const csv = async (query: string, headers = {}): Promise<string[][]> => {
      const accept = 'text/csv';
      const answer = await api.call('GET', `/v1/audit-events?${query}`, { headers: { accept, ...headers } });
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
      expect(answer.headers.get('content-disposition')).toContain('audit-events.csv');
      return answer.text
        .trimEnd()
        .split('\r\n')
        .map((each) => each.split(','));
    };
    const actorName = "=cmd|' /C calc'!A1@example.com";
    await api.db.auditEvent.createMany({
      data: Array.from({ length: 2_100 }, (_, n) => ({
        ...{ id: newId(), at: new Date(), actorKind: 'administrator', actorName, action: 'many' },
        ...{ outcome: 'done', applicationId: n % 2 === 0 ? 'shop' : 'club' },
      })),
    });
    const [names = [], ...rows] = await csv('action=many&limit=1');
    expect(names.slice(0, 5)).toEqual(['id', 'at', 'actorKind', 'actorId', 'actorName']);
    const ids = rows.map(([id]) => id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    expect([rows.length, new Set(rows.map((row) => row[4]))]).toEqual([2_100, new Set([`'${actorName}`])]);
    const all = await csv('');
    expect(all).toHaveLength(1 + (await api.db.auditEvent.count()));
    const { key } = (
      await api.asOwner('POST', '/v1/api-keys', {
        body: { name: 'Club', scopes: ['audit:read'], applicationIds: ['club'] },
      })
    ).body;
    const own = (await csv('', { 'x-api-key': key }))
      .slice(1)
      .map((row) => row[names.indexOf('applicationId')]);
    expect([own.length > 1_000, new Set(own)]).toEqual([true, new Set(['club'])]);
    const refused = await api.call('GET', '/v1/audit-events?from=x', { headers: { accept: 'text/csv' } });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      ...[400, 'application/problem+json; charset=utf-8'],
    ]);
  });

  it('tells why in words, in each language of the admin UI', () => expectReasonsInWords(api.db));

  it.each([
    ['changed', `UPDATE "AuditEvent" SET "outcome" = 'done'`],
    ['removed', 'DELETE FROM "AuditEvent"'],
    ['emptied', 'TRUNCATE "AuditEvent"'],
  ])('is not %s, also by the role of the service', async (_, statement) => {
    const before = await api.db.auditEvent.count();
    await expect(api.db.$executeRawUnsafe(statement)).rejects.toThrow(/never changed or removed/);
    expect(await api.db.auditEvent.count()).toBe(before);
  });
});
