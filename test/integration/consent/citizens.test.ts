import { deleteCitizen, type CitizenDeletion } from '../../../src/consent/citizen-deletion';
import { CITIZEN_DELETED } from '../../../src/consent/erasure';
import { createCitizen, getCitizen, listCitizens, type CitizenInput } from '../../../src/consent/citizens';
import { listChanges } from '../../../src/consent/history';
import { newId } from '../../../src/platform/ids';
import { forgetReferences } from '../../../src/consent/forget-references';
import { ConsentRig, inMs, permission, SHOP } from '../../harness/consent';
import { ALL, application } from '../../harness/visibility';

let rig: ConsentRig;

beforeAll(async () => {
  rig = await ConsentRig.start();
});
afterAll(() => rig.stop());
afterEach(() => rig.unsubscribeAll());

const create = (input: Omit<CitizenInput, 'applicationId'> & { applicationId?: string }) =>
  rig.transact((tx) =>
    createCitizen(tx, ALL, rig.sealer, { ...input, applicationId: application(input.applicationId ?? SHOP) }),
  );
const remove = (id: string): Promise<CitizenDeletion> =>
  rig.transact((tx) => deleteCitizen(tx, ALL, rig.sealer, id));
const everything = { offset: 0, limit: 100 };

/** Rows, as text, that hold something somewhere. */
async function rowsOfAnyTable(pattern: RegExp): Promise<string[]> {
  const tables = await rig.db.$queryRaw<{ name: string }[]>`
    SELECT quote_ident(table_name) AS "name" FROM information_schema.tables WHERE table_schema = 'public'`;
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await rig.db.$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS "row" FROM ${name} t`);
    found.push(...rows.map(({ row }) => row).filter((row) => pattern.test(row)));
  }
  return found;
}

describe('a citizen', () => {
  it('is created with an address that is kept apart and sealed', async () => {
    const citizen = await create({ externalRef: 'ada', email: 'ada@example.com', locale: 'de' });
    expect(citizen).toEqual({
      ...{ id: expect.any(String) as string, applicationId: SHOP, externalRef: 'ada' },
      ...{ email: 'ada@example.com', locale: 'de' },
      ...{ createdAt: expect.any(String) as string, lastChangeAt: null },
    });
    const stored = await rig.db.citizenAddress.findUniqueOrThrow({ where: { citizenId: citizen.id } });
    expect(JSON.stringify(stored)).not.toContain('ada@');
    const { changeId } = await rig.recordOne('ada', {});
    const { recordedAt } = await rig.db.change.findUniqueOrThrow({ where: { id: changeId } });
    expect(await getCitizen(rig.db, ALL, rig.sealer, citizen.id)).toMatchObject({
      lastChangeAt: recordedAt.toISOString(),
    });
  });

  it('is created once: a second of the same externalRef is a conflict, also at the same time', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => create({ externalRef: 'once' })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(create({ externalRef: 'once' })).rejects.toMatchObject({ code: 'external_ref_taken' });
    await expect(create({ externalRef: 'x', applicationId: 'nope' })).rejects.toMatchObject({
      code: 'application_not_found',
    });
  });

  it('is found by what its externalRef starts with, wildcards being letters like any other', async () => {
    for (const externalRef of ['find-1', 'find-2', 'find%3', 'FIND-4']) await create({ externalRef });
    const found = async (externalRefPrefix: string): Promise<string[]> => {
      const page = await listCitizens(rig.db, ALL, { applicationId: SHOP, externalRefPrefix }, everything);
      return page.items.map(({ externalRef }) => externalRef);
    };
    expect(await found('find-')).toEqual(['find-2', 'find-1']);
    expect(await found('find%')).toEqual(['find%3']);
    expect(await found('find_')).toEqual([]);
    const page = await listCitizens(rig.db, ALL, { externalRefPrefix: 'find' }, { offset: 1, limit: 1 });
    expect(page).toMatchObject({ total: 3, offset: 1, limit: 1, items: [{ externalRef: 'find-2' }] });
  });
});

describe('the history of a citizen', () => {
  it('lists changes, the latest first, with what was recorded and where it went', async () => {
    const subscription = await rig.subscribe('consent-receipts');
    const first = await rig.record({
      externalRef: 'story',
      changes: [permission()],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    const second = await rig.recordOne('story', { obtainedAt: inMs(-60_000) });
    const page = await listChanges(rig.db, ALL, first.citizenId, everything);
    expect(page).toMatchObject({
      total: 2,
      items: [
        { id: second.changeId, sequence: 2, altered: [], deliveries: [] },
        {
          ...{ id: first.changeId, sequence: 1, kind: 'recorded' },
          altered: ['option:newsletter', 'preference:colour'],
          transactions: [{ id: first.transactionIds[0], optionId: 'newsletter', state: 'GRANTED' }],
          answers: [{ preference: 'colour', choices: ['red'] }],
          deliveries: [
            {
              ...{ id: first.deliveries[0]?.id, subscriptionId: subscription },
              ...{ updateType: 'consent-receipts', status: 'pending' },
            },
          ],
        },
      ],
    });
    expect((await listChanges(rig.db, ALL, first.citizenId, { offset: 1, limit: 1 })).items).toHaveLength(1);
  });
});

describe('deleting a citizen', () => {
  it('sends one final webhook per active subscription, which says that nothing is in effect', async () => {
    const effective = await rig.subscribe('effective-permission');
    const receipts = await rig.subscribe('consent-receipts');
    const paused = await rig.subscribe('consent-receipts', { status: 'paused' });
    const { citizenId } = await rig.record({
      externalRef: 'goodbye',
      changes: [
        permission({ validUntil: inMs(3_600_000) }),
        permission({ optionId: 'calls', state: 'DENIED' }),
      ],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    const { deliveries, sequence } = await remove(citizenId);
    expect(sequence).toBe(2);
    expect(deliveries.map(({ subscriptionId }) => subscriptionId).sort()).toEqual(
      [effective, receipts].sort(),
    );
    const bodyFor = async (subscriptionId: string) =>
      rig.body(deliveries.find((delivery) => delivery.subscriptionId === subscriptionId)?.id ?? '');
    const envelope = { applicationId: SHOP, citizenId, externalRef: 'goodbye' };
    expect(await bodyFor(effective)).toEqual({ ...envelope, permissions: [], preferences: [] });
    expect(await bodyFor(receipts)).toEqual({
      ...envelope,
      permissions: [
        expect.objectContaining({ optionId: 'calls', state: null }),
        expect.objectContaining({ optionId: 'newsletter', state: null }),
      ],
      preferences: [expect.objectContaining({ preference: 'colour', label: 'Colour', choices: [] })],
    });
    expect(await rig.db.skippedCount.findUnique({ where: { subscriptionId: paused } })).toMatchObject({
      count: 2,
    });
  });

  it('keeps the reference of a final webhook for no longer than the retention, and goes on to be sent', async () => {
    const effective = await rig.subscribe('effective-permission');
    await rig.subscribe('consent-receipts', { payloadPrevious: true });
    const recordedBy = { id: 'user-7', name: 'Berta' };
    const { citizenId } = await rig.record({ externalRef: 'long-gone', changes: [permission()], recordedBy });
    const { deliveries } = await remove(citizenId);
    const bodies = () => Promise.all(deliveries.map(({ id }) => rig.body(id)));
    const before = (await bodies()) as object[];
    const day = 86_400_000;
    const deletedAt = inMs(-29 * day);
    await rig.db.citizen.update({ where: { id: citizenId }, data: { deletedAt } });
    expect(await forgetReferences(rig.db, rig.sealer, 30 * day)).toBe(false);
    expect(await bodies()).toEqual(before);
    const versions = async () =>
      (await rig.db.delivery.findMany({ where: { citizenId, bodySealed: { not: null } } })).map(
        ({ outboxVersion, status }) => [outboxVersion, status],
      );
    const [known] = await versions();

    expect(await forgetReferences(rig.db, rig.sealer, 28 * day)).toBe(false);
    const after = await bodies();
    for (const [index, { subscriptionId }] of deliveries.entries()) {
      const { permissions } = before[index] as { permissions: { previous: object }[] };
      const nobody = {
        recordedBy: null,
        recordedByName: null,
        delegatedAuthorityId: null,
        delegatedAuthorityName: null,
      };
      expect(after[index]).toEqual({
        ...before[index],
        externalRef: null,
        permissions: permissions.map(({ previous, ...entry }) => ({
          ...entry,
          ...nobody,
          previous: { ...previous, ...nobody },
        })),
      });
      expect(permissions).toHaveLength(subscriptionId === effective ? 0 : 1);
    }
    // An attempt that was loaded before is not begun, and nothing is done twice.
    expect((await versions())[0]).toEqual([Number(known?.[0]) + 1, 'pending']);
    await forgetReferences(rig.db, rig.sealer, 28 * day);
    expect(await bodies()).toEqual(after);
    expect((await versions())[0]).toEqual([Number(known?.[0]) + 1, 'pending']);
  });

  it('cancels what was still to be delivered, and leaves what is finished', async () => {
    await rig.subscribe('consent-receipts');
    const delivered = await rig.recordOne('cancel', {});
    const finished = { status: 'delivered', outboxAction: null, outboxDueAt: null };
    await rig.db.delivery.update({ where: { id: delivered.deliveries[0]?.id ?? '' }, data: finished });
    const waiting = await rig.recordOne('cancel', { state: 'DENIED' });
    const asleep = { status: 'waiting', outboxAction: null, outboxDueAt: null, nextAttemptAt: inMs(1_000) };
    await rig.db.delivery.update({ where: { id: waiting.deliveries[0]?.id ?? '' }, data: asleep });
    const { deliveries } = await remove(delivered.citizenId);
    const rows = await rig.db.delivery.findMany({
      where: { citizenId: delivered.citizenId },
      orderBy: { sequence: 'asc' },
    });
    expect(rows).toEqual([
      expect.objectContaining({ status: 'delivered', outboxAction: null, reason: null }),
      expect.objectContaining({
        status: 'cancelled',
        outboxAction: 'cancel',
        reason: CITIZEN_DELETED,
        nextAttemptAt: null,
      }),
      expect.objectContaining({
        id: deliveries[0]?.id,
        status: 'pending',
        outboxAction: 'start',
        sequence: 3,
      }),
    ]);
    expect(rows[1]?.finishedAt).not.toBeNull();
  });

  it('erases everything else at once: nothing of it is left in any table', async () => {
    await rig.subscribe('consent-receipts');
    const citizen = await create({ externalRef: 'secret-ref', email: 'secret@example.com', locale: 'de' });
    const { deliveries } = await rig.record({
      externalRef: 'secret-ref',
      changes: [permission()],
      preferences: [{ preference: 'colour', choices: ['red'] }],
      campaign: 'secret-campaign',
      recordedBy: { id: 'secret-user', name: 'Secret Name' },
    });
    const deliveryId = deliveries[0]?.id ?? '';
    const { subscriptionId } = await rig.db.delivery.findUniqueOrThrow({ where: { id: deliveryId } });
    const attempt = { id: newId(), deliveryId, subscriptionId, attempt: 1, cycle: 1, requestHeaders: {} };
    const answer = { responseHeaders: { 'x-echo': 'secret-ref' }, responseBodySealed: 'secret-sealed' };
    await rig.db.attempt.create({ data: { ...attempt, ...answer } });

    expect(await rowsOfAnyTable(/secret/i)).not.toEqual([]);
    const final = await remove(citizen.id);
    expect(await rowsOfAnyTable(/secret/i)).toEqual([]);
    const where = { citizenId: citizen.id };
    expect(await rig.db.permissionTransaction.count({ where })).toBe(0);
    expect(await rig.db.preferenceAnswer.count({ where })).toBe(0);
    expect(await rig.db.citizenAddress.count({ where })).toBe(0);
    const sealed = await rig.db.delivery.findMany({ where: { ...where, bodySealed: { not: null } } });
    expect(sealed.map(({ id }) => id)).toEqual(final.deliveries.map(({ id }) => id));
    expect(await rig.db.attempt.findUnique({ where: { id: attempt.id } })).toMatchObject({
      responseHeaders: null,
      responseBodySealed: null,
    });
  });

  it('ends what is known of the citizen, and frees the externalRef for a new one', async () => {
    const { citizenId } = await rig.recordOne('again', { validUntil: inMs(3_600_000) });
    await remove(citizenId);
    await expect(remove(citizenId)).rejects.toMatchObject({ code: 'citizen_not_found' });
    await expect(getCitizen(rig.db, ALL, rig.sealer, citizenId)).rejects.toMatchObject({
      code: 'citizen_not_found',
    });
    await expect(rig.effective('again')).rejects.toMatchObject({ code: 'citizen_not_found' });
    await expect(rig.record({ citizenId, changes: [permission()] } as never)).rejects.toMatchObject({
      problems: [{ path: 'citizenId' }],
    });
    const page = await listCitizens(rig.db, ALL, { externalRefPrefix: 'again' }, everything);
    expect(page.total).toBe(0);
    const successor = await rig.recordOne('again', {});
    expect(successor.sequence).toBe(3); // goes on with the numbers, after the deletion's
    expect(successor.citizenId).not.toBe(citizenId);
  });

  it('sends the final webhook of a citizen without any consent: the envelope alone', async () => {
    await rig.subscribe('consent-receipts');
    const { id } = await create({ externalRef: 'silent' });
    const { deliveries } = await remove(id);
    expect(await rig.body(deliveries[0]?.id ?? '')).toEqual({
      applicationId: SHOP,
      citizenId: id,
      externalRef: 'silent',
    });
  });

  it('does not wait for an attempt that is being recorded, whose recorder may wait for the citizen', async () => {
    await rig.subscribe('consent-receipts');
    const { citizenId, deliveries } = await rig.recordOne('circle', {});
    const deliveryId = deliveries[0]?.id ?? '';
    const { subscriptionId } = await rig.db.delivery.findUniqueOrThrow({ where: { id: deliveryId } });
    const attempt = { id: newId(), deliveryId, subscriptionId, attempt: 1, cycle: 1, requestHeaders: {} };
    await rig.db.attempt.create({ data: attempt });
    await rig.transact(async (tx) => {
      await tx.attempt.update({ where: { id: attempt.id }, data: { outcome: 'failed' } });
      await remove(citizenId);
      await tx.$queryRaw`SELECT 1 FROM "Citizen" WHERE "id" = ${citizenId}::uuid FOR UPDATE`;
    });
    const { deletedAt } = await rig.db.citizen.findUniqueOrThrow({ where: { id: citizenId } });
    expect(deletedAt).not.toBeNull();
    expect(await rig.db.attempt.findUnique({ where: { id: attempt.id } })).toMatchObject({
      outcome: 'failed',
    });
  });

  it('waits for a change under way, and is the last one', async () => {
    const { citizenId } = await rig.recordOne('race', {});
    const results = await Promise.allSettled([
      ...Array.from({ length: 10 }, () => rig.recordOne('race', {})),
      remove(citizenId),
      ...Array.from({ length: 10 }, () => rig.recordOne('race', {})),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    const changes = await rig.db.change.findMany({ where: { citizenId }, orderBy: { sequence: 'asc' } });
    expect(changes.at(-1)?.kind).toBe('deletion');
    expect(await rig.db.permissionTransaction.count({ where: { citizenId } })).toBe(0);
  });
});
