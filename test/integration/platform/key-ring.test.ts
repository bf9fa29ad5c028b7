import { randomBytes } from 'node:crypto';
import { runIdempotent, type RunTransaction } from '../../../src/api/idempotency';
import { createSealer, keyId, type Sealer } from '../../../src/platform/encryption';
import type { GivenKeys } from '../../../src/platform/encryption-keys';
import { newId } from '../../../src/platform/ids';
import { openSealer, WrongKeyError } from '../../../src/platform/key-ring';
import { resealAll } from '../../../src/platform/reseal';
import { SEALED_TABLES } from '../../../src/platform/sealed-columns';
import { inTransaction, type StatementTx } from '../../../src/platform/statement-transaction';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const database = useTestDatabase();
const [KEY, NEXT, OTHER] = [randomBytes(32), randomBytes(32), randomBytes(32)];

beforeEach(async () => {
  await database.db.sealingKey.deleteMany();
  await database.db.delivery.deleteMany();
  await database.db.subscription.deleteMany();
  await database.db.idempotencyKey.deleteMany();
});

/** A subscription whose secrets are sealed, and a delivery with its body. */
async function store(sealer: Sealer): Promise<{ subscription: string; delivery: string }> {
  const { db } = database;
  const { id: subscription, applicationId } = await putSubscription(db);
  const [delivery = ''] = await putDeliveries(db, { id: subscription, applicationId }, [
    { status: 'waiting' },
  ]);
  await db.subscription.update({
    where: { id: subscription },
    data: {
      authType: 'bearer',
      authSecretSealed: sealer.seal('the token', 'credential'),
      signingSecretSealed: sealer.seal('the secret', 'signing-secret'),
    },
  });
  await db.delivery.update({
    where: { id: delivery },
    data: { bodySealed: sealer.seal('the body', 'payload') },
  });
  return { subscription, delivery };
}

describe('a process that starts', () => {
  it('opens with the key of the database, and not with another', async () => {
    const { db } = database;
    const sealed = (await openSealer(db, [KEY])).seal('text', 'payload');
    expect((await openSealer(db, [KEY])).open(sealed, 'payload')).toBe('text');
    await expect(openSealer(db, [OTHER])).rejects.toThrow(WrongKeyError);
    await expect(openSealer(db, [OTHER])).rejects.toThrow(
      new RegExp(`^CPM_ENCRYPTION_KEY must be .* of the id ${keyId(KEY)}; [^\\n]*$`),
    );
    // The refused one has left nothing behind.
    expect(await db.sealingKey.count()).toBe(1);
  });

  it('needs every key that something may be sealed with', async () => {
    const { db } = database;
    await openSealer(db, [KEY]);
    await openSealer(db, [NEXT, KEY]);
    await openSealer(db, [KEY, NEXT]);
    await expect(openSealer(db, [KEY])).rejects.toThrow(keyId(NEXT));
    await expect(openSealer(db, [NEXT])).rejects.toThrow(keyId(KEY));
  });

  it('is told by what is sealed, in a database that no process has marked', async () => {
    const { db } = database;
    await store(createSealer([KEY]));
    await expect(openSealer(db, [OTHER])).rejects.toThrow(keyId(KEY));
    await openSealer(db, [KEY]);
  });

  it('is one of many that start at once', async () => {
    const { db } = database;
    const sealers = await Promise.all(Array.from({ length: 8 }, () => openSealer(db, [KEY])));
    expect(new Set(sealers.map((sealer) => sealer.fingerprints('ref', 'external-ref')[0])).size).toBe(1);
    expect(await db.sealingKey.count()).toBe(1);
  });

  it('knows fingerprints that were taken under a former key, and before there was a key ring', async () => {
    const { db } = database;
    const [before] = createSealer([KEY]).fingerprints('ref', 'external-ref');
    const [under] = (await openSealer(db, [KEY])).fingerprints('ref', 'external-ref');
    const after = (await openSealer(db, [NEXT, KEY])).fingerprints('ref', 'external-ref');
    expect(after[0]).toBe(under);
    expect(after).toContain(before);
  });
});

describe('sealing anew', () => {
  it('knows every sealed column of the schema', async () => {
    const columns = await database.db.$queryRaw<{ name: string }[]>`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = current_schema() AND column_name LIKE '%Sealed' AND table_name <> 'SealingKey'`;
    const known = SEALED_TABLES.flatMap(({ table, columns: of }) =>
      Object.keys(of).map((column) => `${table}.${column}`),
    );
    expect(known).toEqual(expect.arrayContaining(columns.map(({ name }) => name)));
  });

  it('leaves nothing that needs the former key', async () => {
    const { db } = database;
    const { subscription, delivery } = await store(await openSealer(db, [KEY]));
    const sealer = await openSealer(db, [NEXT, KEY]);
    const progress: string[] = [];
    const result = await resealAll(db, sealer, [NEXT, KEY], ({ table }) => progress.push(table));
    expect(result).toEqual({ resealed: 2, unreadable: 0, left: 0 });
    expect(new Set(progress)).toEqual(new Set(['Subscription', 'Delivery']));

    const alone = await openSealer(db, [NEXT]);
    const row = await db.subscription.findUniqueOrThrow({ where: { id: subscription } });
    expect(alone.open(row.authSecretSealed ?? '', 'credential')).toBe('the token');
    expect(alone.open(row.signingSecretSealed ?? '', 'signing-secret')).toBe('the secret');
    const { bodySealed } = await db.delivery.findUniqueOrThrow({ where: { id: delivery } });
    expect(alone.open(bodySealed ?? '', 'payload')).toBe('the body');
    // A process that was left behind is told so when it starts.
    await expect(openSealer(db, [KEY])).rejects.toThrow(keyId(NEXT));

    expect(await resealAll(db, alone, [NEXT])).toEqual({ resealed: 0, unreadable: 0, left: 0 });
  });

  it('loses no request that may be repeated: its key is recognised all the while', async () => {
    const { db } = database;
    const request = { callerId: newId(), route: 'POST /x', key: newId(), body: { name: 'A' } };
    const work = jest.fn(() => Promise.resolve({ status: 200, body: 'done' }));
    const transact: RunTransaction<StatementTx> = (run) => inTransaction(db, run);
    const repeat = async (...keys: GivenKeys): Promise<boolean> => {
      const sealer = await openSealer(db, keys);
      return (await runIdempotent(transact, sealer, request, work)).replayed;
    };
    expect(await repeat(KEY)).toBe(false);
    expect(await repeat(KEY, NEXT)).toBe(true);
    expect(await repeat(NEXT, KEY)).toBe(true);
    expect(await resealAll(db, await openSealer(db, [NEXT, KEY]), [NEXT, KEY])).toMatchObject({ left: 0 });
    expect(await repeat(NEXT)).toBe(true);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('leaves what no key opens as it is, and the key still asked for', async () => {
    const { db } = database;
    const former = await openSealer(db, [KEY]);
    const { delivery } = await store(former);
    const bodySealed = createSealer([OTHER]).seal('the body', 'payload');
    await db.delivery.update({ where: { id: delivery }, data: { bodySealed } });
    const result = await resealAll(db, await openSealer(db, [NEXT, KEY]), [NEXT, KEY]);
    expect(result).toMatchObject({ unreadable: 1, left: 0 });
    expect(await db.delivery.findUniqueOrThrow({ where: { id: delivery } })).toMatchObject({ bodySealed });
    await expect(openSealer(db, [NEXT])).rejects.toThrow(keyId(KEY));
  });

  it('waits for nobody, and does not undo what others write meanwhile', async () => {
    const { db } = database;
    const { delivery } = await store(await openSealer(db, [KEY]));
    const sealer = await openSealer(db, [NEXT, KEY]);
    const written = sealer.seal('another body', 'payload');
    const rotation = await db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Delivery" WHERE "id" = ${delivery}::uuid FOR NO KEY UPDATE`;
      const first = await resealAll(db, sealer, [NEXT, KEY]); // the row is locked all the while
      await tx.delivery.update({ where: { id: delivery }, data: { bodySealed: written } });
      return first;
    });
    expect(rotation).toMatchObject({ resealed: 1, left: 1 });
    expect(await resealAll(db, sealer, [NEXT, KEY])).toMatchObject({ left: 0 });
    expect(await db.delivery.findUniqueOrThrow({ where: { id: delivery } })).toMatchObject({
      bodySealed: written,
    });
  });
});
