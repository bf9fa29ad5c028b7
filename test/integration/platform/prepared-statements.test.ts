/** Prepared statements, on the connections of a real pool. */
import { openDatabase, Prisma, type Database } from '../../../src/platform/database';
import { ConsentRig, permission } from '../../harness/consent';
import { startTestPostgres } from '../../harness/stack';

const preparedIn = async (db: Database): Promise<number> => {
  const [row] = await db.$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM pg_prepared_statements`;
  return Number(row?.count);
};

describe('statements', () => {
  it.each([
    [true, 2],
    [false, 0],
  ])('are kept by the session only where it may keep them: %s', async (preparedStatements, count) => {
    const postgres = await startTestPostgres();
    const db = openDatabase(postgres.url, { maxConnections: 1, preparedStatements });
    await db.delivery.findMany({ where: { status: 'waiting' } });
    await db.delivery.findMany({ where: { status: 'blocked' } });
    expect(await preparedIn(db)).toBe(count);
    await db.$disconnect();
    await postgres.stop();
  });

  it('stay few, however many rows a list has', async () => {
    const postgres = await startTestPostgres();
    const db = openDatabase(postgres.url, { maxConnections: 1 });
    for (let length = 1; length <= 300; length++) {
      await db.option.findMany({ where: { id: { in: Array.from({ length }, (_, i) => `o${i}`) } } });
    }
    expect(await preparedIn(db)).toBeLessThan(50);
    await db.$disconnect();
    await postgres.stop();
  });

  it('that record a change are planned a few times and not for each change, whatever it names', async () => {
    const rig = await ConsentRig.start({ maxConnections: 1 });
    await rig.subscribe('consent-receipts');
    for (let i = 0; i < 20; i++) {
      await rig.record({
        externalRef: `c-${i % 4}`,
        changes: [permission({ state: i % 2 === 0 ? 'GRANTED' : 'DENIED' })].slice(0, i % 3),
        preferences: [{ preference: 'colour', choices: ['red'] }],
      });
    }
    const plans = await rig.db.$queryRaw<{ custom: number }[]>`
      SELECT custom_plans::int AS "custom" FROM pg_prepared_statements WHERE custom_plans + generic_plans >= 20`;
    expect(plans).toHaveLength(3); // to lock, to read, to write
    for (const { custom } of plans) expect(custom).toBeLessThanOrEqual(5);
    await rig.stop();
  });

  it('go on after a migration of the next version has added columns under them', async () => {
    const rig = await ConsentRig.start();
    await rig.subscribe('consent-receipts');
    const use = async (): Promise<void> => {
      await rig.record({
        externalRef: 'c-1',
        changes: [permission()],
        preferences: [{ preference: 'colour', choices: ['red'] }],
      });
      await rig.effective('c-1');
    };
    for (let i = 0; i < 6; i++) await use();
    const tables = await rig.db.$queryRaw<{ name: string }[]>`
      SELECT table_name AS "name" FROM information_schema.tables WHERE table_schema = 'public' AND table_name ~ '^[A-Z]'`;
    for (const { name } of tables) {
      await rig.db.$executeRaw(
        Prisma.sql`${Prisma.raw(`ALTER TABLE "${name}" ADD COLUMN "addedLater" int`)}`,
      );
    }
    await use();
    await rig.stop();
  });
});
