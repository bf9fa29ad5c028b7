import { databaseNow, openDatabase } from '../../../src/platform/database';
import { startTestPostgres } from '../../harness/stack';

it('tells the right time on a server whose time zone is not UTC', async () => {
  const postgres = await startTestPostgres();
  const setter = openDatabase(postgres.url);
  const name = new URL(postgres.url).pathname.slice(1);
  await setter.$executeRawUnsafe(`ALTER DATABASE ${name} SET timezone TO 'Asia/Kathmandu'`);
  await setter.$disconnect();
  const db = openDatabase(postgres.url);
  try {
    expect(Math.abs((await databaseNow(db)).getTime() - Date.now())).toBeLessThan(60_000);
    const stored = new Date('2026-06-01T12:00:00.000Z');
    await db.application.create({ data: { id: 'a', name: 'A', createdAt: stored } });
    expect((await db.application.findUniqueOrThrow({ where: { id: 'a' } })).createdAt).toEqual(stored);
    const [row] = await db.$queryRaw<{ same: boolean }[]>`
      SELECT "createdAt" = '2026-06-01T12:00:00Z'::timestamptz AS same FROM "Application"`;
    expect(row?.same).toBe(true);
  } finally {
    await db.$disconnect();
    await postgres.stop();
  }
});
