import { purgeIdempotencyKeys, runIdempotent, type RunTransaction } from '../../../src/api/idempotency';
import { databaseNow } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { inTransaction, type StatementTx } from '../../../src/platform/statement-transaction';
import { ApiRig, type Answer } from '../../harness/api';
import { withClockAhead } from '../../harness/wrong-clock';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
});
afterAll(() => api.stop());

const body = {
  applicationId: 'shop',
  name: 'A',
  url: 'https://example.com/',
  updateType: 'consent-receipts',
};

/** What is stored of the request that was answered last. */
const lastRow = () => api.db.idempotencyKey.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });

const post = (key: string, changes: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  api.call('POST', '/v1/subscriptions', {
    body: { ...body, ...changes },
    headers: { 'idempotency-key': key, ...headers },
  });

describe('a POST with an idempotency key', () => {
  it('does its work once and gives the same answer again', async () => {
    const key = newId();
    const before = await api.db.subscription.count();
    const first = await post(key);
    const again = await post(key);
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await api.db.subscription.count()).toBe(before + 1);
  });

  it('is the same whatever the order of its members', async () => {
    const key = newId();
    const first = await post(key);
    const reordered = Object.fromEntries(Object.entries(body).reverse());
    const again = await api.call('POST', '/v1/subscriptions', {
      body: reordered,
      headers: { 'idempotency-key': key },
    });
    expect(again.body).toEqual(first.body);
  });

  it('is a 409 with another body', async () => {
    const key = newId();
    await post(key);
    const other = await post(key, { name: 'B' });
    expect([other.status, other.headers.get('content-type')]).toEqual([
      409,
      'application/problem+json; charset=utf-8',
    ]);
    expect(other.body.code).toBe('idempotency_conflict');
  });

  it('keeps callers and routes apart', async () => {
    const key = newId();
    const first = await post(key);
    const { body: other } = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'other', scopes: ['subscriptions:write'] },
      headers: { 'idempotency-key': key },
    });
    const second = await post(key, {}, { 'x-api-key': other.key });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('stores nothing of a refusal, so that the key stays free', async () => {
    const key = newId();
    expect((await post(key, { applicationId: 'nowhere' })).status).toBe(400);
    expect((await post(key)).status).toBe(201);
  });

  it('keeps the answer encrypted', async () => {
    const key = newId();
    const { body: created } = await post(key);
    expect(JSON.stringify(await lastRow())).not.toContain(created.signingSecret);
  });

  it('keeps no key as it was sent, nor shows that two callers have sent the same', async () => {
    const key = `anna@example.com/${newId()}`;
    await post(key);
    const { key: stored, callerId } = await lastRow();
    const { body: other } = await api.asOwner('POST', '/v1/api-keys', {
      body: { name: 'other', scopes: ['subscriptions:write'] },
    });
    await post(key, {}, { 'x-api-key': other.key });
    const row = await lastRow();
    expect(row.callerId).not.toBe(callerId);
    expect(row.key).not.toBe(stored);
    expect(JSON.stringify(await api.db.idempotencyKey.findMany())).not.toContain(key);
  });

  it('gets the answer that a version before has kept, which stored the key as it was sent', async () => {
    const key = newId();
    const first = await post(key);
    const { key: stored } = await lastRow();
    await api.db.idempotencyKey.updateMany({ where: { key: stored }, data: { key } });
    const again = await post(key);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
    expect((await post(key, { name: 'B' })).body.code).toBe('idempotency_conflict');
  });

  it('is a 409 while a process of a version before runs the first', async () => {
    const [key, { id: callerId }] = [newId(), await api.db.apiKey.findFirstOrThrow()];
    const lock = JSON.stringify(['idempotency', callerId, 'POST /v1/subscriptions', key]);
    await inTransaction(api.db, async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
      expect((await post(key)).body.code).toBe('idempotency_in_progress');
    });
    expect((await post(key)).status).toBe(201);
  });

  it.each(['', 'x'.repeat(256), 'two words'])('refuses the key %j', async (key) => {
    const { status, body: refusal } = await post(key);
    expect([status, refusal.errors[0]?.path]).toEqual([400, 'Idempotency-Key']);
  });

  it('does its work once when sent many times at once: the others are told to wait', async () => {
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(key)));
    const ids = new Set(answers.filter(({ status }) => status === 201).map((answer) => answer.body.id));
    expect(ids.size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  it('is a 409 while the first is running', async () => {
    const { id: callerId } = await api.db.apiKey.findFirstOrThrow();
    const request = { callerId, route: 'POST /x', key: newId(), body: {} };
    let second: Promise<unknown> = Promise.resolve();
    const work = () => Promise.resolve({ status: 200, body: 'done' });
    const transact: RunTransaction<StatementTx> = (run) => inTransaction(api.db, run);
    await runIdempotent(transact, api.sealer, request, async () => {
      second = runIdempotent(transact, api.sealer, request, work);
      await expect(second).rejects.toMatchObject({ status: 409, code: 'idempotency_in_progress' });
      return work();
    });
    await expect(runIdempotent(transact, api.sealer, request, work)).resolves.toMatchObject({
      replayed: true,
    });
  });

  it('is forgotten after 24 hours, and then purged', async () => {
    const key = newId();
    const first = await post(key);
    const { key: stored } = await lastRow();
    const age = () =>
      api.db.idempotencyKey.updateMany({
        where: { key: stored },
        data: { createdAt: new Date(Date.now() - 24 * 3_600_000 - 1) },
      });
    await age();
    const second = await post(key, { name: 'B' });
    expect([second.status, second.body.id === first.body.id]).toEqual([201, false]);
    expect((await post(key, { name: 'B' })).body).toEqual(second.body);
    await age();
    expect(await purgeIdempotencyKeys(api.db)).toBe(1);
    expect(await api.db.idempotencyKey.count({ where: { key: stored } })).toBe(0);
  });

  it.each([
    ['ahead', 25],
    ['behind', -25],
  ])('is remembered by the database’s clock, though that of the process is a day %s', async (_, hours) => {
    const key = newId();
    const off = <T>(work: () => Promise<T>): Promise<T> => withClockAhead(hours * 3_600_000, work);
    const first = await off(() => post(key));
    expect((await post(key)).body).toEqual(first.body);
    expect((await off(() => post(key))).body).toEqual(first.body);
    expect(await off(() => purgeIdempotencyKeys(api.db))).toBe(0);
    expect(
      await api.db.idempotencyKey.count({ where: { createdAt: { gt: await databaseNow(api.db) } } }),
    ).toBe(0);
  });

  it('remembers nothing personal of a citizen, and shows a repetition what is there by then', async () => {
    const key = newId();
    const create = (): Promise<Answer> =>
      api.call('POST', '/v1/citizens', {
        body: { applicationId: 'shop', externalRef: `ref-${key}`, email: 'ada@example.com' },
        headers: { 'idempotency-key': key },
      });
    const first = await create();
    expect([first.status, first.body.email]).toEqual([201, 'ada@example.com']);
    expect((await create()).body).toEqual(first.body);
    const row = await lastRow();
    expect(JSON.parse(api.sealer.open(row.answerSealed, 'answer'))).toEqual({ id: first.body.id });
    await api.call('DELETE', `/v1/citizens/${first.body.id}`);
    expect((await create()).status).toBe(404);
  });
});

it('notifies the outbox after each change, and never for a refusal or a read', async () => {
  const before = api.notifications;
  await post(newId());
  expect(api.notifications).toBe(before + 1);
  await post(newId(), { name: '' });
  await api.call('GET', '/v1/subscriptions');
  expect(api.notifications).toBe(before + 1);
});
