import type { Database } from '../platform/database';

/** What is still to be done. */
export interface Backlog {
  readonly unfinished: readonly { readonly status: string; readonly count: number }[];
  readonly entries: readonly { readonly action: string; readonly count: number }[];
  /** Deliveries that should have gone on and have not, by what Temporal said of their workflows (rule `progress-is-watched`). */
  readonly stalled: readonly { readonly by: string; readonly count: number }[];
  /** How often deliveries were told again to go on, ever, by what they had waited for. */
  readonly toldAgain: readonly { readonly kind: string; readonly count: number }[];
}

/** Counts what is still to be done; looks at unfinished deliveries and outbox entries only, not at the log. */
export async function readBacklog(db: Database): Promise<Backlog> {
  const [unfinished, entries, stalled, toldAgain] = await Promise.all([
    db.$queryRaw<{ status: string; count: number }[]>`
      SELECT status, count(*)::int AS count FROM "Delivery"
       WHERE status NOT IN ('delivered', 'cancelled', 'expired') GROUP BY status`,
    db.$queryRaw<{ action: string; count: number }[]>`
      SELECT "outboxAction" AS action, count(*)::int AS count FROM "Delivery"
       WHERE "outboxAction" IS NOT NULL GROUP BY "outboxAction"`,
    db.$queryRaw<{ by: string; count: number }[]>`
      SELECT "stalledBy" AS by, count(*)::int AS count FROM "Delivery"
       WHERE "stalledAt" IS NOT NULL AND "stalledBy" IS NOT NULL GROUP BY "stalledBy"`,
    db.$queryRaw<{ kind: string; count: number }[]>`SELECT kind, count::float8 AS count FROM "ProgressCount"`,
  ]);
  return { unfinished, entries, stalled, toldAgain };
}
