import { Client } from 'pg';

/** Asks the database of the service, on a connection of its own: the database may have been restarted since. */
export async function queryDatabase<T extends object>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<T>(sql, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
