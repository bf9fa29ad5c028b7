import { isDatabaseAway } from '../../../src/platform/database-errors';
import { Prisma } from '../../../src/platform/database';
import { executeBehind, inTransaction, type StatementTx } from '../../../src/platform/statement-transaction';
import { useCountedDatabase } from '../../harness/round-trips';

const counted = useCountedDatabase();
const { direct } = counted;

const inserting = (id: string, name: string | null = 'Shop'): Prisma.Sql =>
  Prisma.sql`INSERT INTO "Application" ("id", "name", "updatedAt") VALUES (${id}, ${name}, now())`;
const exists = async (id: string): Promise<boolean> =>
  (await direct.db.application.count({ where: { id } })) === 1;
const select = (tx: StatementTx): Promise<unknown> => tx.$queryRaw`SELECT 1`;

describe('a transaction of statements', () => {
  it('is one: rolled back as a whole, committed as a whole', async () => {
    const work = async (tx: StatementTx): Promise<void> => {
      expect(await tx.$executeRaw(inserting('whole'))).toBe(1);
      expect(await tx.$queryRaw`SELECT "name" FROM "Application" WHERE "id" = ${'whole'}`).toEqual([
        { name: 'Shop' },
      ]);
      expect(await exists('whole')).toBe(false);
    };
    const refused = inTransaction(counted.db, async (tx) => {
      await work(tx);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await exists('whole')).toBe(false);
    await inTransaction(counted.db, work);
    expect(await exists('whole')).toBe(true);
  });

  it('costs a round trip for each statement but those that go behind it, and one for the commit', async () => {
    await inTransaction(counted.db, async (tx) => {
      await select(tx);
      await executeBehind(tx, inserting('behind-1'));
      await select(tx);
    });
    expect(counted.counter.take()).toBe(3);
    await inTransaction(counted.db, async (tx) => {
      await select(tx);
      await executeBehind(tx, inserting('behind-2'));
      await executeBehind(tx, inserting('behind-3'));
    });
    expect(counted.counter.take()).toBe(2);
    expect(await Promise.all(['behind-1', 'behind-2', 'behind-3'].map(exists))).toEqual([true, true, true]);
  });

  it('without a statement costs none', async () => {
    await inTransaction(counted.db, () => Promise.resolve());
    await expect(inTransaction(counted.db, () => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    );
    expect(counted.counter.take()).toBe(0);
  });

  it('rejects where a statement behind it fails, whether one follows or the commit, and nothing of it stays', async () => {
    const failing = (follow: (tx: StatementTx) => Promise<unknown>): Promise<void> =>
      inTransaction(counted.db, async (tx) => {
        await tx.$executeRaw(inserting('kept-out'));
        await executeBehind(tx, inserting('other', null));
        await follow(tx);
      });
    await expect(failing(select)).rejects.toMatchObject({ code: '23502', detail: undefined });
    await expect(failing(() => Promise.resolve())).rejects.toMatchObject({ code: '23502' });
    expect(await exists('kept-out')).toBe(false);
    await inTransaction(counted.db, select); // the connection is good
  });

  it('does not pass for committed when an error of it was caught', async () => {
    const work = inTransaction(counted.db, async (tx) => {
      await tx.$executeRaw(inserting('lost'));
      await tx.$queryRaw`SELECT 1 / 0`.catch(() => undefined);
    });
    await expect(work).rejects.toThrow('can not commit');
    expect(await exists('lost')).toBe(false);
  });

  it('sees the database as away when its connection is lost, and the next one gets another', async () => {
    const cut = inTransaction(counted.db, async (tx) => {
      await tx.$executeRaw(inserting('cut'));
      const [{ pid } = { pid: 0 }] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS "pid"`;
      await direct.db.$queryRaw`SELECT pg_terminate_backend(${pid}::int)`;
      await select(tx);
    });
    await expect(cut.catch((error: unknown) => isDatabaseAway(error))).resolves.toBe(true);
    expect(await exists('cut')).toBe(false);
    await inTransaction(counted.db, select);
  });

  it('knows times and lists as Prisma does', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const read = (tx: StatementTx): Promise<unknown> =>
      tx.$queryRaw`
        SELECT ${at}::timestamptz AS "at", ${[at, null]}::timestamptz[] AS "times", ${['a"b', "c'd"]}::text[] AS "texts",
          ${'{"a":[1,null]}'}::jsonb AS "json", 7::int2 AS "int2", 1.5::float8 AS "float8", NULL::text AS "none",
          ARRAY(SELECT "id"::text FROM "Application" WHERE false) AS "empty"`;
    expect(await inTransaction(counted.db, read)).toEqual(await read(direct.db));
  });
});
