import type { Database } from '../platform/database';

/** What is still to be done. */
export interface Backlog {
  readonly unfinished: readonly { readonly status: string; readonly count: number }[];
  readonly owed: readonly { readonly owed: string; readonly count: number }[];
}

/** Counts what is still to be done; looks at unfinished and owing deliveries only, not at the log. */
export async function readBacklog(db: Database): Promise<Backlog> {
  const [unfinished, owed] = await Promise.all([
    db.$queryRaw<{ status: string; count: number }[]>`
      SELECT status, count(*)::int AS count FROM "Delivery"
       WHERE status NOT IN ('delivered', 'cancelled', 'expired') GROUP BY status`,
    db.$queryRaw<{ owed: string; count: number }[]>`
      SELECT owed, count(*)::int AS count FROM "Delivery" WHERE owed IS NOT NULL GROUP BY owed`,
  ]);
  return { unfinished, owed };
}
