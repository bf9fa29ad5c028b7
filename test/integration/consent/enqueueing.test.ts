import { ConsentRig, permission } from '../../harness/consent';

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
