import { processNextBatch } from '../../../src/delivery/resync/next-batch';
import { Prisma } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { AttemptSteps } from '../../harness/attempts';
import { ApiRig, type AnswerBody } from '../../harness/api';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { withClockAhead } from '../../harness/wrong-clock';

let api: ApiRig;
let apps = 0;
let app: string;

beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  apps += 1;
  app = `app-${apps}`;
  await api.call('PUT', `/v1/applications/${app}`, { body: { name: 'Shop' } });
  await api.call('PUT', `/v1/applications/${app}/options/news`, { body: { name: 'News' } });
});

const subscribe = async (changes: object = {}): Promise<AnswerBody> => {
  const subscription = { name: 'CRM', url: 'https://example.com/hook', updateType: 'effective-permission' };
  return (
    await api.call('POST', '/v1/subscriptions', { body: { applicationId: app, ...subscription, ...changes } })
  ).body;
};

/** Citizens with one change each, written straight into the database. */
async function putCitizens(count: number, recordedAt = new Date()): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  await api.db.citizen.createMany({
    data: ids.map((id) => ({ id, applicationId: app, externalRef: id, lastSequence: 1 })),
  });
  await api.db.change.createMany({
    data: ids.map((citizenId) => ({ id: newId(), citizenId, sequence: 1, kind: 'recorded', recordedAt })),
  });
  return ids;
}

const begin = (id: string, body: object = {}) => api.call('POST', `/v1/subscriptions/${id}/resync`, { body });
const queued = (subscriptionId: string) =>
  api.db.delivery.findMany({ where: { subscriptionId }, orderBy: [{ citizenId: 'asc' }, { id: 'asc' }] });

describe('beginning a resync', () => {
  it('answers with its progress, which can be read later', async () => {
    const { id } = await subscribe();
    await putCitizens(3);
    await api.db.citizen.create({ data: { id: newId(), applicationId: app, externalRef: 'silent' } });
    const { status, body } = await begin(id);
    expect([status, body]).toEqual([
      202,
      {
        id: expect.any(String) as unknown,
        subscriptionId: id,
        status: 'running',
        since: null,
        onlyDifferent: false,
        stalled: false,
        total: 3,
        done: 0,
        deliveries: { queued: 0, delivered: 0, waiting: 0, failed: 0 },
        createdAt: expect.any(String) as unknown,
        finishedAt: null,
      },
    ]);
    expect((await api.call('GET', `/v1/subscriptions/${id}/resyncs/${body.id}`)).body).toEqual(body);
    const { body: list } = await api.call('GET', `/v1/subscriptions/${id}/resyncs`);
    expect(list).toEqual({ items: [body], total: 1, offset: 0, limit: 20, nextCursor: null });
  });

  it('needs no body, and is idempotent', async () => {
    const { id } = await subscribe();
    const call = () =>
      api.call('POST', `/v1/subscriptions/${id}/resync`, { headers: { 'idempotency-key': 'once' } });
    const [first, again] = [await call(), await call()];
    expect([first.status, again.status, again.body]).toEqual([202, 202, first.body]);
  });

  it.each([
    ['receipts', { updateType: 'consent-receipts' }],
    ['e-mails', { updateType: 'citizen-emails' }],
    ['a paused subscription', { status: 'paused' }],
  ])('is refused for %s', async (_, changes) => {
    const { id } = await subscribe(changes);
    expect((await begin(id)).status).toBe(409);
  });

  it('is refused while another runs, also when both are requested at the same time', async () => {
    const { id } = await subscribe();
    const answers = await Promise.all([begin(id), begin(id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  it('is a 404 where there is no subscription, or the resync is of another', async () => {
    expect((await begin(newId())).status).toBe(404);
    const { id } = await subscribe();
    const { body } = await begin(id);
    const other = await subscribe();
    const foreign = `/v1/subscriptions/${other.id}/resyncs/${body.id}`;
    expect((await api.call('GET', foreign)).status).toBe(404);
    expect((await api.call('POST', `${foreign}/cancel`)).status).toBe(404);
  });
});

describe('the steps of a resync', () => {
  it('queue one delivery for each citizen with a state, with the number of the latest change', async () => {
    const { id } = await subscribe({ status: 'paused' });
    await putCitizens(230);
    const [gone = ''] = await putCitizens(1);
    await api.call('DELETE', `/v1/citizens/${gone}`);
    await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { status: 'active' } });
    const { body } = await begin(id);
    expect(body.total).toBe(230);
    const progress = [];
    for (;;) {
      const step = await processNextBatch(api.db, body.id);
      progress.push(step.ended ? step.status : [step.done, step.total]);
      if (step.ended) break;
    }
    expect(progress).toEqual([[100, 230], [200, 230], [230, 230], 'completed']);
    const deliveries = await queued(id);
    expect(new Set(deliveries.map(({ citizenId }) => citizenId)).size).toBe(230);
    expect(deliveries).toHaveLength(230);
    expect(deliveries[0]).toMatchObject({
      ...{ applicationId: app, sequence: 1, status: 'pending', outboxAction: 'start', bodySealed: null },
      updateType: 'effective-permission',
    });
    const { body: after } = await api.call('GET', `/v1/subscriptions/${id}/resyncs/${body.id}`);
    expect(after).toMatchObject({ status: 'completed', done: 230, total: 230 });
    expect(after.finishedAt).not.toBeNull();
    expect(await processNextBatch(api.db, body.id)).toEqual({ ended: true, status: 'completed' });
  });

  it.each([
    ['behind', -60_000],
    ['ahead of', 60_000],
  ])('see to whoever was recorded before it, by an API whose clock is %s the database', async (_, stepMs) => {
    const { id } = await subscribe({ status: 'paused' });
    const changes = [{ optionType: 'option', optionId: 'news', justification: 'consent', state: 'DENIED' }];
    const recorded = await api.call('POST', '/v1/permissions/transactions', {
      body: { applicationId: app, externalRef: 'a', changes },
    });
    expect(recorded.status).toBe(202);
    await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { status: 'active' } });
    const { body } = await withClockAhead(stepMs, () => begin(id));
    const isDue = Prisma.sql`SELECT "outboxDueAt" <= now() AS "due" FROM "Resync" WHERE "id" = ${body.id}::uuid`;
    expect(await api.db.$queryRaw(isDue)).toEqual([{ due: true }]);
    expect(await processNextBatch(api.db, body.id)).toMatchObject({ done: 1, total: 1 });
    expect(await queued(id)).toHaveLength(1);
  });

  it('leave out citizens whose state an unfinished delivery will send', async () => {
    const { id } = await subscribe();
    const changes = [{ optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' }];
    const record = (externalRef: string) =>
      api.call('POST', '/v1/permissions/transactions', {
        body: { applicationId: app, externalRef, changes },
      });
    const [waits, done] = [await record('c-1'), await record('c-2')];
    await api.db.delivery.update({
      where: { id: done.body.deliveries[0].id },
      data: { status: 'delivered', finishedAt: new Date() },
    });
    const { body } = await begin(id);
    expect(await processNextBatch(api.db, body.id)).toMatchObject({ ended: false, done: 2 });
    const deliveries = await queued(id);
    expect(deliveries.map(({ citizenId }) => citizenId)).toEqual([
      waits.body.citizenId,
      done.body.citizenId,
      done.body.citizenId,
    ]);
    expect(deliveries[2]).toMatchObject({ changeId: done.body.changeId, sequence: 1 });
  });

  it('see to those whose unfinished delivery has begun', async () => {
    const { id } = await subscribe();
    const [citizenId = ''] = await putCitizens(1);
    const { body: first } = await begin(id);
    await processNextBatch(api.db, first.id);
    await processNextBatch(api.db, first.id);
    const steps = new AttemptSteps(api.db);
    const [delivery] = await queued(id);
    await steps.attempt(delivery?.id ?? '');
    const { body: second } = await begin(id);
    expect(await processNextBatch(api.db, second.id)).toMatchObject({ done: 1 });
    expect((await queued(id)).map((row) => [row.citizenId, row.status])).toEqual([
      [citizenId, 'delivering'],
      [citizenId, 'pending'],
    ]);
  });

  it('keep a delivery that they rely on from beginning with an older state', async () => {
    const { id } = await subscribe();
    await putCitizens(1);
    const { body: first } = await begin(id);
    await processNextBatch(api.db, first.id);
    await processNextBatch(api.db, first.id);
    const steps = new AttemptSteps(api.db);
    const deliveryId = (await queued(id))[0]?.id ?? '';
    const loaded = await steps.load(deliveryId);
    const { body: second } = await begin(id);
    await processNextBatch(api.db, second.id);
    expect(await queued(id)).toHaveLength(1);
    expect(await steps.begin(loaded)).toBeUndefined();
    expect(await steps.begin(await steps.load(deliveryId))).toBeDefined();
  });

  it('see to those with a change since a moment only', async () => {
    const { id } = await subscribe();
    await putCitizens(150, new Date('2026-01-01T00:00:00Z'));
    const recent = await putCitizens(2, new Date('2026-02-01T00:00:00Z'));
    const { body } = await begin(id, { since: '2026-02-01T00:00:00Z' });
    expect(body.total).toBe(2);
    expect(await processNextBatch(api.db, body.id)).toMatchObject({ done: 2 });
    expect(await processNextBatch(api.db, body.id)).toEqual({ ended: true, status: 'completed' });
    expect((await queued(id)).map(({ citizenId }) => citizenId)).toEqual(recent);
  });

  it('wait for a change of the citizen that is being recorded', async () => {
    const { id } = await subscribe();
    const [citizenId = ''] = await putCitizens(1);
    const { body } = await begin(id);
    let step: Promise<unknown> = Promise.resolve();
    await api.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Citizen" WHERE id = ${citizenId}::uuid FOR UPDATE`;
      step = processNextBatch(api.db, body.id);
      await untilItWaitsFor(await backendOf(tx), api.db, step);
      await tx.change.create({
        data: { id: newId(), citizenId, sequence: 2, kind: 'recorded', recordedAt: new Date() },
      });
      await tx.citizen.update({ where: { id: citizenId }, data: { lastSequence: 2 } });
    });
    await step;
    expect((await queued(id)).map(({ sequence }) => sequence)).toEqual([2]);
  });

  it('are taken once by two workers at the same time', async () => {
    const { id } = await subscribe();
    await putCitizens(150);
    const { body } = await begin(id);
    await Promise.all([processNextBatch(api.db, body.id), processNextBatch(api.db, body.id)]);
    expect(await queued(id)).toHaveLength(150);
  });

  it('make no more while many of its deliveries are unfinished', async () => {
    const { id } = await subscribe();
    await putCitizens(700);
    const { body } = await begin(id);
    for (let count = 0; count < 8; count += 1) await processNextBatch(api.db, body.id);
    expect(await queued(id)).toHaveLength(500);
    await api.db.delivery.updateMany({ where: { subscriptionId: id }, data: { status: 'delivered' } });
    await processNextBatch(api.db, body.id);
    expect(await queued(id)).toHaveLength(600);
  });

  it('wait while the subscription is paused', async () => {
    const { id } = await subscribe();
    await putCitizens(1);
    const { body } = await begin(id);
    await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { status: 'paused' } });
    expect(await processNextBatch(api.db, body.id)).toMatchObject({ ended: false, done: 0, waitMs: 10_000 });
    await api.call('PATCH', `/v1/subscriptions/${id}`, { body: { status: 'active' } });
    expect(await processNextBatch(api.db, body.id)).toMatchObject({ done: 1 });
  });

  it.each([
    ['deleted', (path: string) => api.call('DELETE', path)],
    [
      'changed to another type',
      (path: string) => api.call('PATCH', path, { body: { updateType: 'consent-receipts' } }),
    ],
  ])('end when the subscription is %s', async (_, change) => {
    const { id } = await subscribe();
    await putCitizens(1);
    const { body } = await begin(id);
    await change(`/v1/subscriptions/${id}`);
    expect(await processNextBatch(api.db, body.id)).toEqual({ ended: true, status: 'cancelled' });
    expect(await queued(id)).toEqual([]);
  });
});

describe('cancelling a resync', () => {
  it('ends it, once', async () => {
    const { id } = await subscribe();
    await putCitizens(150);
    const { body } = await begin(id);
    await processNextBatch(api.db, body.id);
    const path = `/v1/subscriptions/${id}/resyncs/${body.id}/cancel`;
    const { status, body: cancelled } = await api.call('POST', path);
    expect([status, cancelled.status, cancelled.done]).toEqual([202, 'cancelled', 100]);
    expect(await processNextBatch(api.db, body.id)).toEqual({ ended: true, status: 'cancelled' });
    expect(await queued(id)).toHaveLength(100);
    expect((await api.call('POST', path)).status).toBe(409);
    expect((await begin(id)).status).toBe(202);
  });
});
