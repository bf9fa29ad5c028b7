/** A store in PostgreSQL, for any number of processes; as it is with `pg`, and an example of a store for other databases. */
import type { Store } from './store.ts';

/** What is used of a client of `pg`. */
export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  release(error?: boolean): void;
}

/** What is used of `Pool` of `pg`. */
export interface PostgresPool<Client extends PostgresClient> {
  connect(): Promise<Client>;
}

/** What the store needs. Ids may be deleted once the service keeps no delivery that old (`CPM_RETENTION`, 30 days), sequences never. */
export const POSTGRES_SCHEMA = `
CREATE TABLE IF NOT EXISTS cpm_sequence (
  ordering_key text PRIMARY KEY,
  highest      bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS cpm_webhook (
  id         text PRIMARY KEY,
  handled_at timestamptz NOT NULL DEFAULT now()
);`;

/**
 * A store over a pool. Handlers get the client: what they write with it is committed together with the note that the webhook was handled, so
 * nothing is done twice or lost, whenever the process dies.
 */
export function postgresStore<Client extends PostgresClient>(pool: PostgresPool<Client>): Store<Client> {
  return {
    async inTurn(orderingKey, work) {
      const client = await pool.connect();
      let broken = false;
      try {
        await client.query('BEGIN');
        // Whoever comes second waits here until the first has committed.
        const { rows } = await client.query(
          `INSERT INTO cpm_sequence (ordering_key, highest) VALUES ($1, 0)
           ON CONFLICT (ordering_key) DO UPDATE SET highest = cpm_sequence.highest RETURNING highest`,
          [orderingKey],
        );
        const [{ highest }] = rows as [{ highest: string | number }];
        const result = await work({
          has: async (id) =>
            (await client.query('SELECT 1 FROM cpm_webhook WHERE id = $1', [id])).rows.length > 0,
          highest: () => Promise.resolve(Number(highest)),
          note: async (id, sequence) => {
            await client.query('INSERT INTO cpm_webhook (id) VALUES ($1)', [id]);
            await client.query('UPDATE cpm_sequence SET highest = $2 WHERE ordering_key = $1', [
              orderingKey,
              sequence,
            ]);
          },
          transaction: client,
        });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => (broken = true));
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}
