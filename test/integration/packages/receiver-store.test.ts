/** The store in PostgreSQL of packages/receiver, over several pools, as several processes have. */
import { Pool, type PoolClient } from 'pg';
import { takeInTurn, type Taken } from '../../../packages/receiver/src';
import { POSTGRES_SCHEMA, postgresStore } from '../../../packages/receiver/src/postgres';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';

let postgres: TestPostgres;
const pools: Pool[] = [];
beforeAll(async () => {
  postgres = await startTestPostgres();
  for (let i = 0; i < 2; i++) pools.push(new Pool({ connectionString: postgres.url, max: 2 }));
  await pools[0]?.query(`${POSTGRES_SCHEMA} CREATE TABLE crm (webhook text)`);
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.stop();
});

const rows = async (): Promise<string[]> =>
  (
    (await pools[0]?.query('SELECT webhook FROM crm ORDER BY webhook')) as { rows: { webhook: string }[] }
  ).rows.map(({ webhook }) => webhook);

/** Takes a webhook by one of the processes. Its handler writes with the store's own transaction. */
function take(process: number, id: string, sequence: number, fails = false): Promise<Taken> {
  const store = postgresStore<PoolClient>(pools[process] as Pool);
  return takeInTurn(store, { id, orderingKey: 'subscription citizen', sequence }, async (client) => {
    await client.query('INSERT INTO crm (webhook) VALUES ($1)', [id]);
    if (fails) throw new Error('the process dies');
  });
}

describe('a store in PostgreSQL', () => {
  it('keeps what a handler wrote together with the note, or neither', async () => {
    await expect(take(0, 'a', 1, true)).rejects.toThrow('the process dies');
    expect(await rows()).toEqual([]);
    expect([await take(0, 'a', 1), await take(1, 'a', 2)]).toEqual(['handled', 'known']);
    expect(await rows()).toEqual(['a']);
  });

  it('knows what is stale, whichever process handled the later one', async () => {
    expect([await take(0, 'c', 3), await take(1, 'b', 2)]).toEqual(['handled', 'stale']);
    expect(await rows()).toEqual(['a', 'c']);
  });

  it('has one of several that come at the same moment handled, once', async () => {
    const outcomes = await Promise.all([0, 1, 0, 1].map((process) => take(process, 'd', 4)));
    expect(outcomes.sort()).toEqual(['handled', 'known', 'known', 'known']);
    expect(await rows()).toEqual(['a', 'c', 'd']);
  });
});
