import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { applyMigrations } from '../../../src/platform/migrations';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

const logger = { info: () => undefined };

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(() => postgres.stop());

async function rows<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('applying migrations', () => {
  it('finds nothing to do in a database that has them', async () => {
    await expect(applyMigrations({ databaseUrl: postgres.url, logger })).resolves.toEqual([]);
  });

  it('creates a missing database and lets one of several processes migrate it', async () => {
    const url = new URL(postgres.url);
    const name = `fresh_${randomBytes(4).toString('hex')}`;
    url.pathname = `/${name}`;
    const runs = await Promise.all([1, 2, 3].map(() => applyMigrations({ databaseUrl: url.href, logger })));
    expect(runs.filter((applied) => applied.length > 0)).toHaveLength(1);
    const recorded = await rows<{ migration_name: string }>(
      url.href,
      'select migration_name from _prisma_migrations where finished_at is not null order by 1',
    );
    expect(recorded.map((row) => row.migration_name)).toEqual(runs.flat());
    await rows(postgres.url, `drop database ${name} with (force)`);
  });
});
