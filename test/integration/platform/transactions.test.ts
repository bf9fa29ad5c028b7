import { Prisma, type Tx } from '../../../src/platform/database';
import { useCountedDatabase } from '../../harness/round-trips';

const counted = useCountedDatabase();
const { direct } = counted;

const insert = (tx: Tx, id: string) => tx.application.create({ data: { id, name: 'Shop' } });
const exists = async (id: string) => (await direct.db.application.count({ where: { id } })) === 1;
describe('a transaction', () => {
  it('that begins with a SELECT costs a round trip for each statement and one for the commit', async () => {
    await counted.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1`;
      await tx.$queryRaw`SELECT 2`;
    });
    expect(counted.counter.take()).toBe(3);
  });

  it('without a statement costs none', async () => {
    await counted.db.$transaction(() => Promise.resolve());
    await expect(counted.db.$transaction(() => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    );
    expect(counted.counter.take()).toBe(0);
  });

  it.each([
    ['SELECT', (tx: Tx) => tx.$queryRaw`SELECT 1`],
    ['SET', (tx: Tx) => tx.$executeRaw`SET LOCAL lock_timeout = '10s'`],
  ])('that begins with a %s is one: rolled back as a whole, committed as a whole', async (id, begin) => {
    const refused = counted.db.$transaction(async (tx) => {
      await begin(tx);
      await insert(tx, id);
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await exists(id)).toBe(false);
    await counted.db.$transaction(async (tx) => {
      await begin(tx);
      await insert(tx, id);
      expect(await exists(id)).toBe(false);
    });
    expect(await exists(id)).toBe(true);
  });

  it('holds the locks of the SELECT that it begins with', async () => {
    await insert(direct.db, 'locked');
    await counted.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Application" WHERE "id" = 'locked' FOR UPDATE`;
      const other = direct.db.$queryRaw`SELECT 1 FROM "Application" WHERE "id" = 'locked' FOR UPDATE NOWAIT`;
      await expect(other).rejects.toThrow('could not obtain lock');
    });
  });

  it('goes on after a first statement that failed, on the same connection', async () => {
    const failing = counted.db.$transaction((tx) => tx.$queryRaw`SELECT 1 / 0`);
    await expect(failing).rejects.toThrow('division by zero');
    const [row] = await counted.db.$transaction((tx) =>
      tx.$queryRaw<{ one: number }[]>(Prisma.sql`SELECT 1 AS "one"`),
    );
    expect(row).toEqual({ one: 1 });
  });
});
