import { ConsentRig, inMs, permission, SHOP } from '../../harness/consent';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

const HOUR = 3_600_000;
const problemPaths = (recording: Promise<unknown>): Promise<string[]> =>
  recording.then(
    () => [],
    (error: { problems: { path: string }[] }) => error.problems.map(({ path }) => path),
  );

describe('recording a change', () => {
  it('creates a citizen unknown by externalRef, and finds the same one again by either reference', async () => {
    const first = await rig.recordOne('new', {});
    const second = await rig.recordOne('new', { state: 'DENIED' });
    expect(second).toMatchObject({ citizenId: first.citizenId, sequence: 2 });
    const third = await rig.record({ citizenId: first.citizenId, changes: [permission()] } as never);
    expect(third).toMatchObject({ citizenId: first.citizenId, sequence: 3 });
    expect(await rig.states('new')).toEqual(['option:newsletter GRANTED']);
  });

  it('tells citizens apart by every character of their reference, as it was sent', async () => {
    const alike = [
      'Z\u00fcrich',
      'Zu\u0308rich',
      'z\u00fcrich',
      'Z\u00fcrich ',
      'Z\u00fcrich\u200b',
      '\uff3a\u00fcrich',
    ];
    const citizens = [];
    for (const reference of alike) citizens.push((await rig.recordOne(reference, {})).citizenId);
    expect(new Set(citizens).size).toBe(alike.length);
    for (const [index, reference] of alike.entries())
      expect((await rig.recordOne(reference, {})).citizenId).toBe(citizens[index]);
  });

  it('answers with ids, number and deliveries', async () => {
    const active = await rig.subscribe('consent-receipts');
    const recorded = await rig.record({
      externalRef: 'ids',
      changes: [permission(), permission({ optionId: 'profiling' })],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    expect(recorded).toMatchObject({ sequence: 1, transactionIds: [expect.any(String), expect.any(String)] });
    expect(recorded.deliveries).toEqual([{ id: expect.any(String) as string, subscriptionId: active }]);
    const answers = await rig.db.preferenceAnswer.findMany({ where: { changeId: recorded.changeId } });
    expect(answers.map(({ submissionId }) => submissionId)).toEqual([recorded.submissionId]);
    const change = await rig.db.change.findUniqueOrThrow({ where: { id: recorded.changeId } });
    expect(change).toMatchObject({
      kind: 'recorded',
      altered: ['option:newsletter', 'option:profiling', 'preference:colour'],
    });
  });

  it('keeps every field of a transaction', async () => {
    const window = { obtainedAt: inMs(-HOUR), validFrom: inMs(-2 * HOUR), validUntil: inMs(HOUR) };
    const recorded = await rig.record({
      externalRef: 'everything',
      changes: [permission(window)],
      channel: 'web',
      campaign: 'sprïng 🌱 "x"',
      privacyPolicyId: 'policy',
      permissionStatementId: 'statement',
      recordedBy: { id: 'u', name: 'Ada' },
      recordedClient: { id: 'k', name: 'CRM' },
      delegatedAuthority: { id: 'd', name: 'Bob' },
    });
    const { body, sequence } = await rig.effective('everything');
    expect(sequence).toBe(1);
    expect(body).toEqual({
      applicationId: SHOP,
      citizenId: recorded.citizenId,
      externalRef: 'everything',
      permissions: [
        {
          ...{ transactionId: recorded.transactionIds[0], ...permission() },
          ...{ channel: 'web', campaign: 'sprïng 🌱 "x"' },
          ...{ privacyPolicyId: 'policy', privacyPolicyRef: 'Privacy 2026' },
          ...{ permissionStatementId: 'statement', permissionStatementRef: 'News by e-mail' },
          ...{ recordedBy: 'u', recordedByName: 'Ada', recordedClient: 'k', recordedClientName: 'CRM' },
          ...{ delegatedAuthorityId: 'd', delegatedAuthorityName: 'Bob' },
          recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
          obtainedAt: window.obtainedAt.toISOString(),
          validFrom: window.validFrom.toISOString(),
          validUntil: window.validUntil.toISOString(),
        },
      ],
      preferences: [],
    });
  });

  it('keeps choices in the catalogue’s order, and takes an answer back by no choices', async () => {
    await rig.record({
      externalRef: 'colours',
      preferences: [{ preference: 'colours', choices: ['green', 'red'] }],
    });
    const choices = async () => (await rig.effective('colours')).body.preferences[0]?.choices;
    expect(await choices()).toEqual([
      { reference: 'red', label: 'Red' },
      { reference: 'green', label: 'Green' },
    ]);
    await rig.record({ externalRef: 'colours', preferences: [{ preference: 'colours', choices: [] }] });
    expect(await choices()).toEqual([]);
  });

  it('refuses what the catalogue lacks and creates nobody for it', async () => {
    const refused = rig.record({
      externalRef: 'nobody',
      changes: [permission(), permission({ optionId: 'nope' })],
      preferences: [{ preference: 'colour', choices: ['green'] }],
      privacyPolicyId: 'nope',
    });
    expect(await problemPaths(refused)).toEqual([
      'privacyPolicyId',
      'changes.1.optionId',
      'preferences.0.choices.0',
    ]);
    expect(await rig.db.citizen.count({ where: { externalRef: 'nobody' } })).toBe(0);
  });

  it('refuses an unknown application, and a citizen unknown by id or of another application', async () => {
    const changes = [permission()];
    const unknown = '01890000-0000-7000-8000-000000000000';
    expect(await problemPaths(rig.record({ externalRef: 'x', applicationId: 'nope', changes }))).toEqual([
      'applicationId',
    ]);
    expect(await problemPaths(rig.record({ citizenId: unknown, changes } as never))).toEqual(['citizenId']);
    await rig.openShop('other');
    const { citizenId } = await rig.recordOne('mine', {});
    const foreign = rig.record({ citizenId, applicationId: 'other', changes } as never);
    expect(await problemPaths(foreign)).toEqual(['citizenId']);
  });

  it('measures obtainedAt by the database’s clock', async () => {
    expect(await problemPaths(rig.recordOne('clock', { obtainedAt: inMs(6 * 60_000) }))).toEqual([
      'changes.0.obtainedAt',
    ]);
    await rig.recordOne('clock', { obtainedAt: inMs(4 * 60_000) });
  });

  it('never records a time before the latest change, should the clock have been set back', async () => {
    const { citizenId } = await rig.recordOne('set-back', {});
    const ahead = inMs(HOUR);
    await rig.db.citizen.update({ where: { id: citizenId }, data: { evaluatedAt: ahead } });
    const { transactionIds } = await rig.recordOne('set-back', { state: 'DENIED' });
    const row = await rig.db.permissionTransaction.findFirstOrThrow({
      where: { id: transactionIds[0] ?? '' },
    });
    expect(row.recordedAt).toEqual(ahead);
    expect(await rig.states('set-back')).toEqual(['option:newsletter DENIED']);
  });
});

describe('what is in effect', () => {
  it('is not outranked by an earlier one whose obtainedAt lies ahead', async () => {
    await rig.subscribe('effective-permission');
    const ahead = inMs(4 * 60_000);
    await rig.recordOne('ahead', { obtainedAt: ahead });
    const withdrawal = await rig.recordOne('ahead', { state: 'DENIED' });
    expect(withdrawal.deliveries).toHaveLength(1);
    expect(await rig.states('ahead')).toEqual(['option:newsletter DENIED']);
    const given = await rig.db.permissionTransaction.findFirst({
      where: { sequence: 1, state: 'GRANTED', obtainedAt: ahead },
    });
    expect(given).not.toBeNull();
  });

  it('is decided to the microsecond', async () => {
    const obtainedAt = inMs(-HOUR);
    await rig.recordOne('micros', { obtainedAt, obtainedMicros: 900, state: 'DENIED' });
    const earlier = await rig.recordOne('micros', { obtainedAt, obtainedMicros: 100 });
    expect(earlier.deliveries).toEqual([]);
    expect(await rig.states('micros')).toEqual(['option:newsletter DENIED']);
    await rig.recordOne('micros', { obtainedAt, obtainedMicros: 901 });
    expect(await rig.states('micros')).toEqual(['option:newsletter GRANTED']);
  });

  it('is decided by obtainedAt: a backdated transaction is recorded and numbered, and starts no delivery', async () => {
    await rig.subscribe('consent-receipts');
    await rig.subscribe('effective-permission', { status: 'paused' });
    await rig.recordOne('backdated', { state: 'DENIED' });
    const late = await rig.recordOne('backdated', { obtainedAt: inMs(-HOUR) });
    expect(late).toMatchObject({ sequence: 2, deliveries: [] });
    expect(await rig.db.change.findUnique({ where: { id: late.changeId } })).toMatchObject({ altered: [] });
    expect(await rig.db.skippedCount.findMany({ select: { count: true } })).toEqual([{ count: 1 }]);
    expect(await rig.states('backdated')).toEqual(['option:newsletter DENIED']);
    expect((await rig.effective('backdated')).sequence).toBe(2);
  });

  it('holds an objection upheld at once, in the same change', async () => {
    await rig.subscribe('consent-receipts');
    const interest = { justification: 'legitimate-interest' } as const;
    const recorded = await rig.record({
      externalRef: 'objection',
      changes: [
        permission({ ...interest, state: 'OBJECTED' }),
        permission({ ...interest, optionId: 'profiling', state: 'OBJECTED' }),
        permission({ ...interest, optionId: 'profiling', state: 'CLAIMED' }),
      ],
    });
    const rows = await rig.db.permissionTransaction.findMany({
      where: { changeId: recorded.changeId },
      orderBy: { position: 'asc' },
    });
    expect(rows.map(({ optionId, state }) => `${optionId} ${state}`)).toEqual([
      'newsletter OBJECTED',
      'newsletter OBJECTION_UPHELD',
      'profiling OBJECTED',
      'profiling OBJECTION_UPHELD',
      'profiling CLAIMED',
    ]);
    // The upheld ones follow the request's own.
    const states = recorded.transactionIds.map((id) => rows.find((row) => row.id === id)?.state);
    expect(states).toEqual(['OBJECTED', 'OBJECTED', 'CLAIMED', 'OBJECTION_UPHELD', 'OBJECTION_UPHELD']);
    expect(await rig.states('objection')).toEqual([
      'option:newsletter OBJECTION_UPHELD',
      // What follows an objection within the change outranks its upholding too.
      'option:profiling CLAIMED',
    ]);
  });

  it('holds an objection as it stands where the application decides by hand', async () => {
    await rig.openShop('by-hand', 'manual');
    const recorded = await rig.record({
      applicationId: 'by-hand',
      externalRef: 'x',
      changes: [permission({ justification: 'legitimate-interest', state: 'OBJECTED' })],
    });
    expect(recorded.transactionIds).toHaveLength(1);
  });

  it('does not include what is not valid yet', async () => {
    const recorded = await rig.recordOne('not-yet', { validFrom: inMs(HOUR) });
    expect(recorded.deliveries).toEqual([]);
    expect(await rig.states('not-yet')).toEqual([]);
    const citizen = await rig.db.citizen.findUniqueOrThrow({ where: { id: recorded.citizenId } });
    expect(citizen.nextTransitionAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('is read cheaply and rightly from a history of thousands of transactions', async () => {
    const { citizenId, changeId } = await rig.recordOne('veteran', {});
    await rig.db.$executeRaw`
      INSERT INTO "PermissionTransaction" SELECT gen_random_uuid(), "citizenId", "changeId", 1, 10 + n, "applicationId",
        CASE n % 2 WHEN 0 THEN 'option' ELSE 'group' END, CASE n % 2 WHEN 0 THEN 'newsletter' ELSE 'marketing' END,
        "justification", CASE n % 3 WHEN 0 THEN 'DENIED' ELSE 'GRANTED' END, "channel", "campaign", "privacyPolicyId",
        "permissionStatementId", "recordedById", "recordedByName", "recordedClientId", "recordedClientName",
        "delegatedAuthorityId", "delegatedAuthorityName", "recordedAt" - n * interval '1 minute',
        "obtainedAt" - n * interval '1 minute', NULL, NULL
      FROM "PermissionTransaction", generate_series(1, 5000) n WHERE "changeId" = ${changeId}::uuid`;
    await rig.db.$executeRaw`ANALYZE "PermissionTransaction"`;
    expect(await rig.states('veteran')).toEqual(['group:marketing GRANTED', 'option:newsletter GRANTED']);
    const denied = await rig.recordOne('veteran', { state: 'DENIED', validUntil: inMs(HOUR) });
    expect(await rig.states('veteran')).toEqual(['group:marketing GRANTED', 'option:newsletter DENIED']);
    await rig.age(citizenId, HOUR);
    const again = await rig.recordOne('veteran', { optionId: 'calls' });
    expect(again.sequence).toBe(denied.sequence + 1);
    expect(await rig.states('veteran')).toEqual([
      'group:marketing GRANTED',
      'option:calls GRANTED',
      'option:newsletter GRANTED',
    ]);
  });
});
