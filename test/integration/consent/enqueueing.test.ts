import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import { createTransitionSweep } from '../../../src/consent/recording/due-transitions';
import type { PermissionChange } from '../../../src/consent/recording/input';
import { newId } from '../../../src/platform/ids';
import type { SubscriptionPatch } from '../../../src/subscriptions/schema';
import { patchSubscription } from '../../../src/subscriptions/update';
import { ConsentRig, inMs, permission } from '../../harness/consent';
import { ALL } from '../../harness/visibility';

/** Upheld at once. */
const OBJECTED = { justification: 'legitimate-interest', state: 'OBJECTED' } as const;

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

describe('the outbox', () => {
  it('gets a delivery for each active subscription, whose workflow is to be started', async () => {
    const effective = await rig.subscribe('effective-permission');
    const receipts = await rig.subscribe('consent-receipts');
    await rig.subscribe('citizen-emails');
    await rig.openShop('other');
    await rig.subscribe('consent-receipts', { applicationId: 'other' });
    const recorded = await rig.recordOne('a', {});
    const rows = await rig.db.delivery.findMany({
      where: { changeId: recorded.changeId },
      orderBy: { id: 'asc' },
    });
    expect(rows).toEqual([
      expect.objectContaining({
        subscriptionId: effective,
        updateType: 'effective-permission',
        bodySealed: null,
      }),
      expect.objectContaining({ subscriptionId: receipts, updateType: 'consent-receipts' }),
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        ...{
          status: 'pending',
          outboxAction: 'start',
          outboxDueAt: expect.any(Date) as Date,
          outboxVersion: 0,
        },
        ...{
          sequence: 1,
          citizenId: recorded.citizenId,
          applicationId: 'shop',
          attemptCount: 0,
          resent: false,
        },
      });
    }
    expect(recorded.deliveries).toEqual(rows.map(({ id, subscriptionId }) => ({ id, subscriptionId })));
  });

  it('holds receipts as they were when the change was recorded: only what it altered', async () => {
    await rig.subscribe('consent-receipts');
    await rig.recordOne('b', { optionId: 'profiling' });
    const { deliveries, ...recorded } = await rig.record({
      externalRef: 'b',
      changes: [permission()],
      preferences: [{ preference: 'colour', choices: ['blue'] }],
    });
    const body = await rig.body(deliveries[0]?.id ?? '');
    expect(Object.keys(body ?? {})).toEqual([
      'applicationId',
      'citizenId',
      'externalRef',
      'permissions',
      'preferences',
    ]);
    expect(body?.permissions?.map(({ transactionId }) => transactionId)).toEqual(recorded.transactionIds);
    expect(body?.preferences).toEqual([
      {
        ...{ preference: 'colour', choices: [{ reference: 'blue', label: 'Blue' }], label: 'Colour' },
        submissionId: recorded.submissionId,
        updatedAt: expect.any(String) as string,
      },
    ]);
  });

  it('holds a repeated GRANTED too: it is a new transaction in effect', async () => {
    await rig.subscribe('consent-receipts');
    await rig.recordOne('c', {});
    expect((await rig.recordOne('c', {})).deliveries).toHaveLength(1);
  });

  it('gets nothing for a paused subscription, ever; the change is counted', async () => {
    const paused = await rig.subscribe('consent-receipts', { status: 'paused' });
    for (let i = 0; i < 3; i += 1) expect((await rig.recordOne('d', {})).deliveries).toEqual([]);
    expect(await rig.db.skippedCount.findUnique({ where: { subscriptionId: paused } })).toMatchObject({
      count: 3,
    });
    await rig.db.subscription.update({ where: { id: paused }, data: { status: 'active' } });
    expect((await rig.recordOne('d', {})).deliveries).toHaveLength(1);
    expect(await rig.db.delivery.count({ where: { subscriptionId: paused } })).toBe(1);
  });

  it('wakes the first waiting delivery of this citizen, and of no other citizen', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const delivery = async (externalRef: string): Promise<string> =>
      (await rig.recordOne(externalRef, {})).deliveries[0]?.id ?? '';
    const sleeping = await delivery('e');
    const stranger = await delivery('f');
    const blocked = await delivery('e');
    const setStatus = (id: string, status: string) =>
      rig.db.delivery.update({ where: { id }, data: { status, outboxAction: null, outboxDueAt: null } });
    await setStatus(sleeping, 'waiting');
    await setStatus(stranger, 'waiting');
    await setStatus(blocked, 'blocked');
    const withdrawal = await rig.recordOne('e', { state: 'DENIED' });
    const rows = await rig.db.delivery.findMany({
      where: { subscriptionId: subscription },
      orderBy: { id: 'asc' },
      select: { id: true, outboxAction: true, outboxVersion: true },
    });
    expect(rows).toEqual([
      { id: sleeping, outboxAction: 'retryNow', outboxVersion: 1 },
      { id: stranger, outboxAction: null, outboxVersion: 0 },
      { id: blocked, outboxAction: null, outboxVersion: 0 },
      { id: withdrawal.deliveries[0]?.id, outboxAction: 'start', outboxVersion: 0 },
    ]);
  });
});

describe('the filter of a subscription', () => {
  const filterTo = (id: string, filter: SubscriptionPatch['filter']) =>
    rig.transact((tx) =>
      patchSubscription(tx, ALL, rig.sealer, { allowPrivateTargets: true }, id, { filter }),
    );
  const told = async (externalRef: string, changes: Partial<PermissionChange>[]): Promise<string[]> => {
    const { deliveries } = await rig.record({ externalRef, changes: changes.map(permission) });
    const bodies = await Promise.all(deliveries.map(({ id }) => rig.body(id)));
    return bodies
      .flatMap((body) => body?.permissions ?? [])
      .map((entry) => `${entry.optionId} ${entry.state}`);
  };

  it('decides by what a change alters, and shows of a receipt only that', async () => {
    await rig.subscribe('consent-receipts', { filter: ['option:newsletter', 'group:marketing'] });
    expect(await told('f-1', [{ optionId: 'profiling' }])).toEqual([]);
    expect(await told('f-1', [{ optionId: 'profiling' }, {}])).toEqual(['newsletter GRANTED']);
    expect(await told('f-1', [{ optionType: 'group', optionId: 'marketing' }])).toEqual([
      'marketing GRANTED',
    ]);
    expect(await told('f-1', [{ state: 'DENIED' }])).toEqual(['newsletter DENIED']);
  });

  it('is not the same for all: each gets its part of one change', async () => {
    const [all, one, other] = [
      await rig.subscribe('consent-receipts'),
      await rig.subscribe('consent-receipts', { filter: ['option:newsletter'] }),
      await rig.subscribe('consent-receipts', { filter: ['preference:colour'] }),
    ];
    const { deliveries } = await rig.record({
      externalRef: 'f-2',
      changes: [permission(), permission({ optionId: 'calls' })],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    const shown = Object.fromEntries(
      await Promise.all(
        deliveries.map(async ({ id, subscriptionId }) => {
          const body = await rig.body(id);
          const ofPermissions = (body?.permissions ?? []).map(({ optionId }) => optionId);
          return [subscriptionId, [...ofPermissions, ...(body?.preferences ?? []).map((p) => p.preference)]];
        }),
      ),
    );
    expect(shown).toEqual({
      [all]: ['calls', 'newsletter', 'colour'],
      [one]: ['newsletter'],
      [other]: ['colour'],
    });
  });

  it('counts only what it would let through as skipped by a pause', async () => {
    const id = await rig.subscribe('consent-receipts', { status: 'paused', filter: ['option:newsletter'] });
    await rig.recordOne('f-3', { optionId: 'calls' });
    await rig.recordOne('f-3', {});
    expect(await rig.db.skippedCount.findUnique({ where: { subscriptionId: id } })).toMatchObject({
      count: 1,
    });
  });

  it('hides no withdrawal of what was sent before it was narrowed', async () => {
    const id = await rig.subscribe('consent-receipts');
    expect(await told('f-4', [{}, { optionId: 'calls' }])).toEqual(['calls GRANTED', 'newsletter GRANTED']);
    await filterTo(id, { options: ['newsletter'] });
    expect(await told('f-4', [{ optionId: 'calls' }])).toEqual([]);
    expect(await told('f-4', [{ optionId: 'calls', state: 'DENIED' }])).toEqual(['calls DENIED']);
    expect(await told('f-5', [{ optionId: 'calls' }])).toEqual([]); // who came later was never told of
    expect(await told('f-5', [{ optionId: 'calls', state: 'DENIED' }])).toEqual([]);
  });

  it('remembers nothing where nothing was ever sent', async () => {
    const id = await rig.subscribe('consent-receipts');
    await rig.db.citizen.create({ data: { id: newId(), applicationId: 'shop', externalRef: 'f-6' } });
    await filterTo(id, { options: ['newsletter'] });
    expect(await told('f-6', [{ optionId: 'calls', state: 'DENIED' }])).toEqual([]);
  });

  it('hides no deletion: the final webhook goes to all, with their part', async () => {
    await rig.subscribe('consent-receipts', { filter: ['option:newsletter'] });
    const { citizenId } = await rig.recordOne('f-7', { optionId: 'calls' });
    const { deliveries } = await rig.transact((tx) => deleteCitizen(tx, ALL, rig.sealer, citizenId));
    const bodies = await Promise.all(deliveries.map(({ id }) => rig.body(id)));
    expect(bodies).toEqual([{ applicationId: 'shop', citizenId, externalRef: 'f-7' }]);
  });
});

describe('what was in effect before', () => {
  it('stands in the receipts of who asks for it, and of nobody else', async () => {
    const [asking, other] = [
      await rig.subscribe('consent-receipts', { payloadPrevious: true }),
      await rig.subscribe('consent-receipts'),
    ];
    const record = async (state: 'GRANTED' | 'DENIED', choice: string, privacyPolicyId?: string) => {
      const { deliveries } = await rig.record({
        ...{ externalRef: 'p-1', changes: [permission({ state })] },
        preferences: [{ preference: 'colour', choices: [choice] }],
        ...(privacyPolicyId && { privacyPolicyId }),
      });
      const bodyOf = (id: string) => rig.body(deliveries.find((d) => d.subscriptionId === id)?.id ?? '');
      return { asked: await bodyOf(asking), plain: await bodyOf(other) };
    };
    const first = await record('GRANTED', 'red', 'policy');
    expect(first.asked).toEqual({
      ...first.plain,
      permissions: [{ ...first.plain?.permissions?.[0], previous: null }],
      preferences: [{ ...first.plain?.preferences?.[0], previous: null }],
    });
    const second = await record('DENIED', 'blue');
    expect(second.asked).toEqual({
      ...second.plain,
      permissions: [{ ...second.plain?.permissions?.[0], previous: first.plain?.permissions?.[0] }],
      preferences: [{ ...second.plain?.preferences?.[0], previous: first.plain?.preferences?.[0] }],
    });
    expect(first.plain?.permissions?.[0]?.privacyPolicyRef).toBe('Privacy 2026');
  });

  it('is what ended by time, too, and is hidden by a filter with its entry', async () => {
    await rig.subscribe('consent-receipts', { payloadPrevious: true, filter: ['option:newsletter'] });
    const { citizenId } = await rig.record({
      externalRef: 'p-2',
      changes: ['newsletter', 'calls'].map((optionId) => permission({ optionId, validUntil: inMs(60_000) })),
    });
    await rig.age(citizenId, 120_000);
    await createTransitionSweep(rig.db, rig.sealer)(1);
    const [row] = await rig.db.delivery.findMany({ where: { citizenId, sequence: 2 } });
    expect((await rig.body(row?.id ?? ''))?.permissions).toEqual([
      expect.objectContaining({
        ...{ optionId: 'newsletter', state: null },
        previous: expect.objectContaining({ optionId: 'newsletter', state: 'GRANTED' }),
      }),
    ]);
  });
});

describe('the urgency of a delivery', () => {
  const [WITHDRAWAL, NORMAL, BULK] = [1, 2, 3];
  const prioritiesOf = async (subscriptionId: string): Promise<number[]> => {
    const rows = await rig.db.delivery.findMany({ where: { subscriptionId }, orderBy: { sequence: 'asc' } });
    return rows.map(({ priority }) => priority);
  };

  it.each<[string, Partial<PermissionChange>[], 'normal' | 'bulk', number]>([
    ['a grant is normal', [{}], 'normal', NORMAL],
    ['a withdrawal goes first', [{}, { state: 'DENIED' }], 'normal', WITHDRAWAL],
    ['a refusal goes first too', [{ state: 'DENIED' }], 'normal', WITHDRAWAL],
    ['an objection goes first', [OBJECTED], 'normal', WITHDRAWAL],
    ['an imported grant is bulk', [{}], 'bulk', BULK],
    ['an imported refusal that takes nothing away is bulk', [{ state: 'DENIED' }], 'bulk', BULK],
    ['an imported withdrawal goes first', [{}, { state: 'DENIED' }], 'bulk', WITHDRAWAL],
  ])('is as its change: %s', async (title, changes, priority, expected) => {
    const subscription = await rig.subscribe('effective-permission');
    for (const fields of changes) {
      await rig.record({ externalRef: title, changes: [permission(fields)], priority });
    }
    expect((await prioritiesOf(subscription)).at(-1)).toBe(expected);
  });

  it('is that of an answer to a preference: normal', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    await rig.record({ externalRef: 'u-1', preferences: [{ preference: 'colour', choices: ['red'] }] });
    await rig.record({ externalRef: 'u-1', preferences: [{ preference: 'colour', choices: [] }] });
    expect(await prioritiesOf(subscription)).toEqual([NORMAL, NORMAL]);
  });

  it('is that of an expiry, and of a deletion: they go first', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const { citizenId } = await rig.recordOne('u-2', { validUntil: inMs(60_000) });
    await rig.age(citizenId, 120_000);
    await createTransitionSweep(rig.db, rig.sealer)(1);
    await rig.transact((tx) => deleteCitizen(tx, ALL, rig.sealer, citizenId));
    expect(await prioritiesOf(subscription)).toEqual([WITHDRAWAL, WITHDRAWAL, WITHDRAWAL]);
  });

  it('passes on to all that is unfinished before it, of the same subscription and citizen alone', async () => {
    const [receipts, effective] = [
      await rig.subscribe('consent-receipts'),
      await rig.subscribe('effective-permission'),
    ];
    const bulk = (externalRef: string) =>
      rig.record({ externalRef, changes: [permission()], priority: 'bulk' });
    const finished = await bulk('u-3');
    for (const { id } of finished.deliveries) {
      await rig.db.delivery.update({ where: { id }, data: { status: 'delivered', finishedAt: new Date() } });
    }
    await bulk('u-3');
    await bulk('u-4');
    await rig.recordOne('u-3', {});
    expect(await prioritiesOf(receipts)).toEqual([BULK, BULK, NORMAL, NORMAL]);
    await rig.recordOne('u-3', { state: 'DENIED' });
    await bulk('u-3');
    for (const subscriptionId of [receipts, effective]) {
      const rows = await rig.db.delivery.findMany({
        where: { subscriptionId },
        orderBy: [{ citizenId: 'asc' }, { sequence: 'asc' }],
      });
      expect(rows.map(({ sequence, priority }) => [sequence, priority])).toEqual([
        ...[
          [1, BULK],
          [2, WITHDRAWAL],
          [3, WITHDRAWAL],
          [4, WITHDRAWAL],
          [5, BULK],
        ],
        [1, BULK],
      ]);
    }
  });
});
