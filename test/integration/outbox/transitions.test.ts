/** Every transition of a delivery's status, for many deliveries at once, on a real database. */
import { acknowledge, claimEntries } from '../../../src/outbox/claims';
import { signalDeliveries } from '../../../src/outbox/signals';
import {
  beginAttempts,
  cancelDeliveries,
  cancelFromTemporal,
  finishUnsent,
  markDelivered,
  markFailed,
  parkDeliveries,
  resendDeliveries,
} from '../../../src/outbox/transitions';
import type { AttemptToBegin } from '../../../src/outbox/transition-inputs';
import type { Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { useTestDatabase } from '../../harness/database';
import { putSubscription } from '../../harness/deliveries';

const database = useTestDatabase();
let db: Database;
let subscriptionId: string;
let applicationId: string;
beforeEach(async () => {
  ({ db } = database);
  await db.delivery.deleteMany();
  ({ id: subscriptionId, applicationId } = await putSubscription(db));
});

const subscribe = async (status: string): Promise<string> =>
  (await putSubscription(db, { applicationId, status })).id;

/** Deliveries of one citizen, in the order of their changes. */
async function sequenceOf(statuses: readonly string[], subscription = subscriptionId): Promise<string[]> {
  const citizenId = newId();
  await db.citizen.create({ data: { id: citizenId, applicationId, externalRef: citizenId } });
  const ids: string[] = [];
  for (const [index, status] of statuses.entries()) {
    const change = { id: newId(), citizenId, sequence: index + 1, kind: 'recorded', recordedAt: new Date() };
    await db.change.create({ data: change });
    const id = newId();
    await db.delivery.create({
      data: {
        ...{ id, subscriptionId: subscription, applicationId, citizenId, changeId: change.id },
        ...{ sequence: change.sequence, updateType: 'consent-receipts', status, bodySealed: 'sealed' },
      },
    });
    ids.push(id);
  }
  return ids;
}

const rows = (ids: readonly string[]) =>
  Promise.all(ids.map((id) => db.delivery.findUniqueOrThrow({ where: { id } })));
const statuses = async (ids: readonly string[]) => (await rows(ids)).map(({ status }) => status);
const actions = async (ids: readonly string[]) => (await rows(ids)).map(({ outboxAction }) => outboxAction);

const ALONE = { longestMs: 10_000, waits: true };
const firstAttempt = (deliveryId: string, of: Partial<AttemptToBegin> = {}): AttemptToBegin => ({
  ...{
    deliveryId,
    outboxVersion: 0,
    attemptId: newId(),
    attempt: 1,
    cycle: 1,
    cycleFailures: 0,
    seenSequence: 1,
    sentSequence: 1,
  },
  ...{ bodySealed: `body of ${deliveryId}`, requestHeaders: { 'x-cpm-attempt': '1' } },
  ...of,
});

describe('beginning attempts', () => {
  it('writes each down with its delivery, and leaves out those that changed meanwhile', async () => {
    const paused = await subscribe('paused');
    const [fine = ''] = await sequenceOf(['pending']);
    const [other = ''] = await sequenceOf(['waiting']);
    const [finished = ''] = await sequenceOf(['cancelled']);
    const [ofPaused = ''] = await sequenceOf(['pending'], paused);
    const [taken = ''] = await sequenceOf(['pending']);
    const all = [fine, other, finished, ofPaused];
    const attempts = [
      ...all.map((id) => firstAttempt(id)),
      firstAttempt(taken, { attempt: 2 }), // another run has not made the first one
    ];
    const begun = await beginAttempts(db, attempts, ALONE);
    expect(begun).toEqual(new Set(attempts.slice(0, 2).map(({ attemptId }) => attemptId)));
    expect(await statuses([...all, taken])).toEqual([
      'delivering',
      'delivering',
      'cancelled',
      'pending',
      'pending',
    ]);
    const written = await db.attempt.findMany({ orderBy: { deliveryId: 'asc' } });
    expect(written.map(({ deliveryId, attempt, outcome }) => ({ deliveryId, attempt, outcome }))).toEqual(
      [fine, other].sort().map((deliveryId) => ({ deliveryId, attempt: 1, outcome: null })),
    );
    expect((await rows([fine]))[0]).toMatchObject({
      bodySealed: `body of ${fine}`,
      cycle: 1,
      seenSequence: 1,
    });
  });

  it('keeps what the cycle knew of while the cycle goes on', async () => {
    const [id = ''] = await sequenceOf(['delivering']);
    await db.delivery.update({ where: { id }, data: { seenSequence: 7, attemptCount: 1, cycle: 1 } });
    await beginAttempts(db, [firstAttempt(id, { attempt: 2, seenSequence: null })], ALONE);
    expect((await rows([id]))[0]).toMatchObject({ seenSequence: 7, attemptCount: 2 });
  });

  it('acknowledges the entry that was loaded, and leaves out a delivery that was signalled since', async () => {
    const [loaded = ''] = await sequenceOf(['pending']);
    const [signalled = ''] = await sequenceOf(['waiting']);
    await db.delivery.update({
      where: { id: loaded },
      data: { outboxAction: 'start', outboxDueAt: new Date() },
    });
    await signalDeliveries(db, [signalled], 'retryNow'); // version 1, while 0 was loaded
    await beginAttempts(db, [firstAttempt(loaded), firstAttempt(signalled)], ALONE);
    expect(await actions([loaded, signalled])).toEqual([null, 'retryNow']);
    expect(await statuses([loaded, signalled])).toEqual(['delivering', 'waiting']);
  });
});

describe('recording outcomes', () => {
  it('delivers many, each with its code, and signals the next one of each ordering key', async () => {
    const [first = '', second = '', third = ''] = await sequenceOf(['delivering', 'blocked', 'blocked']);
    const [alone = ''] = await sequenceOf(['delivering']);
    const known = await markDelivered(db, [
      { deliveryId: first, statusCode: 200 },
      { deliveryId: alone, statusCode: 204 },
      { deliveryId: newId(), statusCode: 200 },
    ]);
    expect(known).toEqual(new Set([first, alone]));
    expect((await rows([first, alone])).map((row) => [row.status, row.lastStatusCode])).toEqual([
      ['delivered', 200],
      ['delivered', 204],
    ]);
    expect(await actions([first, second, third])).toEqual([null, 'predecessorFinished', null]);
  });

  it('delivers a cancelled one, since the receiver has it', async () => {
    const [id = ''] = await sequenceOf(['cancelled']);
    await db.delivery.update({
      where: { id },
      data: { reason: 'cancelled by request', outboxAction: 'cancel' },
    });
    await markDelivered(db, [{ deliveryId: id, statusCode: 200 }]);
    expect((await rows([id]))[0]).toMatchObject({ status: 'delivered', reason: null, outboxAction: null });
  });

  it('lets many wait, each for its time, and passes over finished ones', async () => {
    const [waits = ''] = await sequenceOf(['delivering']);
    const [goesOn = ''] = await sequenceOf(['delivering']);
    const [finished = ''] = await sequenceOf(['cancelled']);
    const failure = { statusCode: 503, error: 'HTTP 503' };
    const kept = await markFailed(db, [
      { deliveryId: waits, ...failure, cycleFailures: 3, status: 'waiting', waitMs: 3_600_000 },
      {
        deliveryId: goesOn,
        statusCode: null,
        error: null,
        cycleFailures: 1,
        status: 'delivering',
        waitMs: 1_000,
      },
      { deliveryId: finished, ...failure, cycleFailures: 1, status: 'delivering', waitMs: 1_000 },
    ]);
    expect(kept).toEqual(new Set([waits, goesOn]));
    const [one, other, last] = await rows([waits, goesOn, finished]);
    expect(one).toMatchObject({
      status: 'waiting',
      cycleFailures: 3,
      lastStatusCode: 503,
      lastError: 'HTTP 503',
    });
    expect(other).toMatchObject({ status: 'delivering', lastStatusCode: null, lastError: null });
    expect(last).toMatchObject({ status: 'cancelled', lastError: null });
    const hours = (Number(one?.nextAttemptAt) - Number(other?.nextAttemptAt)) / 3_600_000;
    expect(hours).toBeCloseTo(1, 2);
  });
});

describe('parking', () => {
  it('lets those wait whose subscription is paused, and has the others look again', async () => {
    const [ofPaused = ''] = await sequenceOf(['pending'], await subscribe('paused'));
    const [ofActive = ''] = await sequenceOf(['pending']);
    const loaded = (await rows([ofPaused, ofActive])).map((row) => row);
    expect(await parkDeliveries(db, 'paused', loaded)).toEqual(new Set([ofPaused]));
    expect(await statuses([ofPaused, ofActive])).toEqual(['paused', 'pending']);
  });

  it('lets blocked ones wait, and keeps a signal that came since they were loaded', async () => {
    const [, blocked = ''] = await sequenceOf(['waiting', 'pending']);
    const loaded = await rows([blocked]);
    await signalDeliveries(db, [blocked], 'predecessorFinished');
    expect(await parkDeliveries(db, 'blocked', loaded)).toEqual(new Set([blocked]));
    expect(await actions([blocked])).toEqual(['predecessorFinished']);
  });
});

describe('ending without a request', () => {
  it('expires many, and signals the next one of each ordering key', async () => {
    const [first = '', second = ''] = await sequenceOf(['delivering', 'blocked']);
    const [other = '', next = ''] = await sequenceOf(['delivering', 'blocked']);
    await finishUnsent(db, [first, other], 'expired', 'the e-mail expired');
    expect(await statuses([first, other])).toEqual(['expired', 'expired']);
    expect(await actions([first, second, other, next])).toEqual([
      ...[null, 'predecessorFinished'],
      ...[null, 'predecessorFinished'],
    ]);
  });

  it('cancels many with their workflows, and no finished one', async () => {
    const [first = '', second = ''] = await sequenceOf(['waiting', 'blocked']);
    const [done = ''] = await sequenceOf(['delivered']);
    await cancelDeliveries(db, [first, done], 'cancelled by request');
    expect(await statuses([first, second, done])).toEqual(['cancelled', 'blocked', 'delivered']);
    expect(await actions([first, second, done])).toEqual(['cancel', 'predecessorFinished', null]);
  });

  it('does not take a cancel of an earlier run for one of a delivery that is to be sent again', async () => {
    const [id = ''] = await sequenceOf(['delivered']);
    await resendDeliveries(db, [id]);
    expect(await cancelFromTemporal(db, id, 'cancelled in Temporal')).toBe(false);
    expect(await statuses([id])).toEqual(['pending']);
  });
});

describe('an entry', () => {
  it.each(['start', 'retryNow', 'subscriptionChanged', 'predecessorFinished'])(
    'to %s is replaced by the newest signal, unless the workflow is yet to be started',
    async (action) => {
      const [id = ''] = await sequenceOf(['pending']);
      await db.delivery.update({ where: { id }, data: { outboxAction: action, outboxDueAt: new Date() } });
      await signalDeliveries(db, [id], 'retryNow');
      expect((await rows([id]))[0]).toMatchObject({
        outboxAction: action === 'start' ? 'start' : 'retryNow',
        outboxVersion: 1,
      });
    },
  );

  it('of each kind of workflow is claimed by the same statement and acknowledged by its own version', async () => {
    const [id = ''] = await sequenceOf(['pending']);
    const { citizenId } = await db.delivery.findUniqueOrThrow({ where: { id } });
    const due = { outboxAction: 'start', outboxDueAt: new Date() };
    const expiresAt = new Date(Date.now() + 60_000);
    await db.delivery.update({ where: { id }, data: due });
    const optIn = await db.doubleOptIn.create({
      data: { id: newId(), applicationId, citizenId, expiresAt, ...due },
    });
    const resync = await db.resync.create({ data: { id: newId(), subscriptionId, total: 1, ...due } });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const { changeId } = await db.delivery.update({ where: { id }, data: { traceparent } });
    const claimed = await claimEntries(db, 10);
    const common = { action: 'start', version: 0, applicationId, resent: false };
    const noDelivery = { changeId: null, updateType: null, traceparent: null };
    expect(new Set(claimed)).toEqual(
      new Set([
        {
          kind: 'delivery',
          id,
          ...common,
          subscriptionId,
          citizenId,
          changeId,
          updateType: 'consent-receipts',
          priority: 2,
          traceparent,
        },
        {
          kind: 'opt-in',
          id: optIn.id,
          ...common,
          subscriptionId: null,
          citizenId,
          ...noDelivery,
          priority: 2,
        },
        {
          kind: 'resync',
          id: resync.id,
          ...common,
          subscriptionId,
          citizenId: null,
          ...noDelivery,
          priority: 3,
        },
      ]),
    );
    await db.resync.update({ where: { id: resync.id }, data: { outboxVersion: 1 } });
    for (const entry of claimed) await acknowledge(db, entry);
    expect(await db.delivery.count({ where: { outboxAction: 'start' } })).toBe(0);
    expect((await db.doubleOptIn.findUniqueOrThrow({ where: { id: optIn.id } })).outboxAction).toBeNull();
    expect((await db.resync.findUniqueOrThrow({ where: { id: resync.id } })).outboxAction).toBe('start');
  });
});
