import { readMigrations } from '../../../src/platform/migration-files';

describe('prisma/migrations', () => {
  it('holds only what can run inside the one transaction of a migration', async () => {
    const migrations = await readMigrations();
    expect(migrations).not.toEqual([]);
    for (const { name, sql } of migrations) {
      const statements = sql.replaceAll(/--.*$/gm, '');
      expect([
        name,
        /\bconcurrently\b|^\s*(begin|commit|rollback|vacuum)( transaction| work)?\s*;/im.exec(
          statements,
        )?.[0],
      ]).toEqual([name, undefined]);
    }
  });
});
