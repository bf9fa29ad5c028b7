import { Prisma, type Database } from '../platform/database';
import { LOOKING_KINDS, TABLES, type LookingKind } from './entries';

/** What is still to be done. */
export interface Backlog {
  readonly unfinished: readonly { readonly status: string; readonly count: number }[];
  readonly entries: readonly { readonly action: string; readonly count: number }[];
  /** Deliveries that should have gone on and have not, by what Temporal said of their workflows (rule `progress-is-watched`). */
  readonly stalled: readonly { readonly by: string; readonly count: number }[];
  /** How often deliveries were told again to go on, ever, by what they had waited for. */
  readonly toldAgain: readonly { readonly kind: string; readonly count: number }[];
  /** The same of double opt-ins and resyncs. */
  readonly stuck: readonly { readonly kind: LookingKind; readonly by: string; readonly count: number }[];
  readonly restarted: readonly { readonly kind: string; readonly count: number }[];
}

/**
 * Counts what is still to be done; looks at unfinished deliveries and outbox entries only, not at the log. The statuses are named one
 * by one because so an index alone answers.
 */
export async function readBacklog(db: Database): Promise<Backlog> {
  const [unfinished, entries, stalled, counts, stuck] = await Promise.all([
    db.$queryRaw<{ status: string; count: number }[]>`
      SELECT status, count(*)::int AS count FROM "Delivery"
       WHERE status IN ('pending', 'delivering', 'waiting', 'paused', 'blocked') GROUP BY status`,
    db.$queryRaw<{ action: string; count: number }[]>`
      SELECT "outboxAction" AS action, count(*)::int AS count FROM "Delivery"
       WHERE "outboxAction" IS NOT NULL GROUP BY "outboxAction"`,
    db.$queryRaw<{ by: string; count: number }[]>`
      SELECT "stalledBy" AS by, count(*)::int AS count FROM "Delivery"
       WHERE "stalledAt" IS NOT NULL AND "stalledBy" IS NOT NULL GROUP BY "stalledBy"`,
    db.$queryRaw<{ kind: string; count: number }[]>`SELECT kind, count::float8 AS count FROM "ProgressCount"`,
    db.$queryRaw<{ kind: LookingKind; by: string; count: number }[]>(
      Prisma.join(LOOKING_KINDS.map(stuckOf), ' UNION ALL '),
    ),
  ]);
  const restarted = counts.filter(({ kind }) => isLookingKind(kind));
  const toldAgain = counts.filter(({ kind }) => !isLookingKind(kind));
  return { unfinished, entries, stalled, toldAgain, stuck, restarted };
}

function isLookingKind(kind: string): kind is LookingKind {
  return LOOKING_KINDS.some((looking) => looking === kind);
}

function stuckOf(kind: LookingKind): Prisma.Sql {
  const { table, unfinished } = TABLES[kind];
  return Prisma.sql`
    SELECT ${kind}::text AS kind, "stalledBy" AS by, count(*)::int AS count FROM ${table}
     WHERE "stalledAt" IS NOT NULL AND "stalledBy" IS NOT NULL AND ${unfinished} GROUP BY "stalledBy"`;
}
