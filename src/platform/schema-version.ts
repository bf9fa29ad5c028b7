/** Whether the database has the schema of this version. */
import type { Pool } from 'pg';
import { readMigrations } from './migration-files';
import { readRecord } from './migration-record';

/** How many migrations the database lacks that this version brings, and how many it has that this version does not know. */
export async function compareWithRecord(
  pool: Pool,
): Promise<{ readonly lacking: number; readonly newer: number }> {
  const client = await pool.connect();
  try {
    const record = (await readRecord(client)) ?? [];
    const applied = new Set(record.filter(({ finished }) => finished).map(({ name }) => name));
    const known = (await readMigrations()).map(({ name }) => name);
    const lacking = known.filter((name) => !applied.has(name)).length;
    return { lacking, newer: [...applied].filter((name) => !known.includes(name)).length };
  } finally {
    client.release();
  }
}
