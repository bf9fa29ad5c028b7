/** The journal of a subscription: what a receiver that reads on in it comes to know. */
import { recordChange } from '../../../src/consent/recording/record-change';
import { deleteCitizen } from '../../../src/consent/citizen-deletion';
import { purgeJournal, readJournal, type JournalEntryView } from '../../../src/delivery/journal';
import { patchSubscription } from '../../../src/subscriptions/update';
import { ConsentRig, permission, SHOP } from '../../harness/consent';
import { ALL } from '../../harness/visibility';

let rig: ConsentRig;
beforeAll(async () => {
  rig = await ConsentRig.start({ maxConnections: 12 });
});
afterAll(() => rig.stop());

/** Reads on from a cursor to the end, in small parts. */
async function readOn(id: string, after?: string): Promise<{ entries: JournalEntryView[]; cursor: string }> {
  const entries: JournalEntryView[] = [];
  let cursor = after;
  for (;;) {
    const part = { after: cursor === undefined ? undefined : BigInt(cursor), limit: 3 };
    const { items, nextCursor, hasMore } = await readJournal(rig.db, ALL, id, part);
    entries.push(...items);
    cursor = nextCursor;
    if (!hasMore) return { entries, cursor };
  }
}
const says = ({ externalRef, sequence, altered, delivery }: JournalEntryView): string =>
  [externalRef, sequence, altered.join('+'), delivery?.status ?? 'not sent'].join(' ');

describe('the journal', () => {
  it('holds what was sent, and what was not while the subscription was paused, in order', async () => {
    await rig.recordOne('j-0', {}); // before there was the subscription
    const id = await rig.subscribe('effective-permission');
    const begun = await readOn(id);
    expect(begun.entries).toEqual([]);
    await rig.recordOne('j-1', {});
    await rig.recordOne('j-1', { state: 'DENIED', obtainedAt: new Date('2020-01-01T00:00:00Z') }); // alters nothing
    await rig.db.subscription.update({ where: { id }, data: { status: 'paused' } });
    await rig.record({ externalRef: 'j-2', preferences: [{ preference: 'colour', choices: ['red'] }] });
    await rig.recordOne('j-1', { state: 'DENIED' });
    await rig.db.subscription.update({ where: { id }, data: { status: 'active' } });
    await rig.recordOne('j-1', { optionType: 'group', optionId: 'marketing' });
    const { entries, cursor } = await readOn(id, begun.cursor);
    expect(entries.map(says)).toEqual([
      'j-1 1 option:newsletter pending',
      'j-2 1 preference:colour not sent',
      'j-1 3 option:newsletter not sent',
      'j-1 4 group:marketing pending',
    ]);
    expect((await readOn(id)).entries).toEqual(entries);
    await rig.recordOne('j-2', {});
    expect((await readOn(id, cursor)).entries.map(says)).toEqual(['j-2 2 option:newsletter pending']);
  });

  it('shows its newest entries to who only looks, and where to read on from them', async () => {
    const latest = (id: string, limit: number) => readJournal(rig.db, ALL, id, { latest: true, limit });
    const id = await rig.subscribe('effective-permission');
    const begun = await readOn(id);
    expect(await latest(id, 2)).toEqual({ items: [], nextCursor: begun.cursor, hasMore: false });
    for (const externalRef of ['l-1', 'l-2', 'l-3']) await rig.recordOne(externalRef, {});
    const { entries, cursor } = await readOn(id);
    expect(await latest(id, 2)).toEqual({ items: entries.slice(1), nextCursor: cursor, hasMore: false });
    await rig.recordOne('l-4', {});
    expect((await readOn(id, cursor)).entries.map(({ externalRef }) => externalRef)).toEqual(['l-4']);
    await expect(
      readJournal(rig.db, ALL, id, { latest: true, after: BigInt(cursor), limit: 2 }),
    ).rejects.toMatchObject({ problems: [{ path: 'latest', code: 'given_beside_cursor' }] });
  });

  it('goes by the filter, as webhooks do', async () => {
    const id = await rig.subscribe('consent-receipts');
    await rig.recordOne('j-3', { optionId: 'calls' });
    await rig.transact((tx) =>
      patchSubscription(tx, ALL, rig.sealer, { allowPrivateTargets: true }, id, {
        filter: { options: ['newsletter'] },
      }),
    );
    const { cursor } = await readOn(id);
    const two = [permission(), permission({ optionId: 'calls' })];
    await rig.record({ externalRef: 'j-3', changes: two });
    await rig.recordOne('j-3', { optionId: 'calls' });
    await rig.recordOne('j-3', { optionId: 'calls', state: 'DENIED' });
    await rig.recordOne('j-4', { optionId: 'calls', state: 'DENIED' });
    expect((await readOn(id, cursor)).entries.map(says)).toEqual([
      'j-3 2 option:newsletter pending',
      'j-3 4 option:calls pending',
    ]);
  });

  it('has of a deleted citizen the deletion only, without the reference', async () => {
    const id = await rig.subscribe('consent-receipts');
    const { citizenId } = await rig.recordOne('j-5', {});
    await rig.transact((tx) => deleteCitizen(tx, ALL, rig.sealer, citizenId));
    const { entries } = await readOn(id);
    expect(entries).toMatchObject([{ citizenId, externalRef: null, kind: 'deletion', sequence: 2 }]);
  });

  it('is refused to e-mails, and by a cursor that it has not given', async () => {
    const emails = await rig.subscribe('citizen-emails');
    await expect(readOn(emails)).rejects.toMatchObject({ code: 'journal_not_supported' });
    const id = await rig.subscribe('consent-receipts');
    await expect(readOn(id, '999999999999')).rejects.toMatchObject({
      problems: [{ code: 'invalid_cursor' }],
    });
  });
});

describe('whoever reads on in the journal misses nothing', () => {
  it('of a transaction that took its place before others, and commits after them', async () => {
    const id = await rig.subscribe('consent-receipts');
    const { cursor } = await readOn(id);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let recorded = (): void => undefined;
    const isRecorded = new Promise<void>((resolve) => (recorded = resolve));
    const late = rig.transact(async (tx) => {
      await recordChange(tx, rig.sealer, {
        applicationId: SHOP,
        externalRef: 'late',
        changes: [permission()],
      });
      recorded();
      await held;
    });
    await isRecorded;
    await rig.recordOne('early', {});
    const meanwhile = await readOn(id, cursor);
    expect(meanwhile.entries).toEqual([]);
    release();
    await late;
    const { entries } = await readOn(id, meanwhile.cursor);
    expect(entries.map(({ externalRef }) => externalRef)).toEqual(['late', 'early']);
  });

  it('of many who record at once, though it reads all the while, and sees each once', async () => {
    const id = await rig.subscribe('effective-permission');
    let { cursor } = await readOn(id);
    const seen: string[] = [];
    const recorders = Array.from({ length: 8 }, async (_, recorder) => {
      const changes: string[] = [];
      for (let round = 0; round < 15; round += 1)
        changes.push((await rig.recordOne(`many-${(recorder * 7 + round) % 20}`, {})).changeId);
      return changes;
    });
    let over = false;
    const all = Promise.all(recorders).finally(() => (over = true));
    for (let last = false; !last;) {
      last = over;
      const part = await readOn(id, cursor);
      seen.push(...part.entries.map(({ changeId }) => changeId));
      ({ cursor } = part);
    }
    expect([...seen].sort()).toEqual((await all).flat().sort());
  });

  it('of what was purged without being told so', async () => {
    const id = await rig.subscribe('consent-receipts');
    const { cursor } = await readOn(id);
    await rig.recordOne('old', {});
    await rig.db.journalEntry.updateMany({ data: { recordedAt: new Date(Date.now() - 40 * 86_400_000) } });
    await rig.recordOne('young', {});
    expect(await purgeJournal(rig.db, 30 * 86_400_000)).toBe(false);
    await expect(readOn(id, cursor)).rejects.toMatchObject({
      problems: [{ path: 'after', code: 'cursor_too_old' }],
    });
    expect((await readOn(id)).entries.map(({ externalRef }) => externalRef)).toEqual(['young']);
  });
});
