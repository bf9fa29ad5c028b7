import { Prisma, type Database } from '../platform/database';
import { LOOKING_KINDS, TABLES, type LookingKind } from './entries';

/** What is still to be done. */
export interface Backlog {
  readonly unfinished: readonly { readonly status: string; readonly count: number }[];
  /** Age of the oldest that is not paused: of all, and of those that take consent away. Seconds. */
  readonly oldest: readonly { readonly kind: 'any' | 'withdrawal'; readonly seconds: number }[];
  readonly entries: readonly { readonly action: string; readonly count: number }[];
  /** How long the entry that is due the longest has been due; seconds. */
  readonly lagSeconds: number;
  /** Deliveries that should have gone on and have not, by what Temporal said of their workflows (rule `progress-is-watched`). */
  readonly stalled: readonly { readonly by: string; readonly count: number }[];
  /** How often deliveries were told again to go on, ever, by what they had waited for. */
  readonly toldAgain: readonly { readonly kind: string; readonly count: number }[];
  /** The same of double opt-ins and resyncs. */
  readonly stuck: readonly { readonly kind: LookingKind; readonly by: string; readonly count: number }[];
  readonly restarted: readonly { readonly kind: string; readonly count: number }[];
}

/** Statuses of which an age tells something: a paused one waits for its operator. */
const ACTIVE = ['pending', 'delivering', 'waiting', 'blocked'];

/**
 * Counts what is still to be done; looks at unfinished deliveries and outbox entries only, not at the log. The statuses are named one
 * by one because so an index alone answers.
 */
export async function readBacklog(db: Database): Promise<Backlog> {
  const [unfinished, oldest, entries, stalled, counts, stuck] = await Promise.all([
    db.$queryRaw<{ status: string; count: number }[]>`
      SELECT status, count(*)::int AS count FROM "Delivery"
       WHERE status IN ('pending', 'delivering', 'waiting', 'paused', 'blocked') GROUP BY status`,
    db.$queryRaw<{ kind: 'any' | 'withdrawal'; seconds: number }[]>`
      SELECT 'any' AS kind, coalesce(max(age), 0)::float8 AS seconds FROM unnest(${ACTIVE}::text[]) AS s (status) CROSS JOIN LATERAL (
        SELECT extract(epoch FROM now() - "createdAt") AS age FROM "Delivery"
         WHERE status = s.status ORDER BY "createdAt", id LIMIT 1) oldest
      UNION ALL
      SELECT 'withdrawal', coalesce(max(age), 0)::float8 FROM "Subscription" s CROSS JOIN LATERAL (
        SELECT extract(epoch FROM now() - "createdAt") AS age FROM "Delivery"
         WHERE "subscriptionId" = s.id AND "isWithdrawal" AND status NOT IN ('delivered', 'cancelled', 'expired')
         ORDER BY "createdAt" LIMIT 1) oldest
       WHERE s.status = 'active' AND s."deletedAt" IS NULL`,
    db.$queryRaw<{ action: string; count: number; lagSeconds: number }[]>`
      SELECT "outboxAction" AS action, count(*)::int AS count,
             greatest(0, extract(epoch FROM now() - min("outboxDueAt")))::float8 AS "lagSeconds" FROM "Delivery"
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
  return {
    unfinished,
    oldest,
    entries,
    lagSeconds: Math.max(0, ...entries.map((entry) => entry.lagSeconds)),
    stalled,
    toldAgain,
    stuck,
    restarted,
  };
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
