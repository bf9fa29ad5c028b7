import type { Database } from '../platform/database';

/** What is still to be done. */
export interface Backlog {
  readonly unfinished: readonly { readonly status: string; readonly count: number }[];
  readonly entries: readonly { readonly action: string; readonly count: number }[];
}

/** Counts what is still to be done; looks at unfinished deliveries and outbox entries only, not at the log. */
export async function readBacklog(db: Database): Promise<Backlog> {
  const [unfinished, entries] = await Promise.all([
    db.$queryRaw<{ status: string; count: number }[]>`
      SELECT status, count(*)::int AS count FROM "Delivery"
       WHERE status NOT IN ('delivered', 'cancelled', 'expired') GROUP BY status`,
    db.$queryRaw<{ action: string; count: number }[]>`
      SELECT "outboxAction" AS action, count(*)::int AS count FROM "Delivery"
       WHERE "outboxAction" IS NOT NULL GROUP BY "outboxAction"`,
  ]);
  return { unfinished, entries };
}
