/** A subscription's attempts over time, for charts. */
import type { Visibility } from '../access/visibility';
import { Prisma, type Database } from '../platform/database';
import { fieldProblem, invalid, refusal } from '../platform/errors';

/** One part of the range. */
export interface StatisticsBucket {
  /** Where it begins. */
  readonly at: string;
  /** Attempts by outcome; those in flight or cut off by a crash are in none. */
  readonly delivered: number;
  readonly failed: number;
  /** Median and 95th percentile of the durations of finished attempts; null where there is none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** The range to count in. */
export interface StatisticsRange {
  /** A day before `to` by default. */
  readonly from?: Date | undefined;
  /** Not included; now by default. */
  readonly to?: Date | undefined;
  /** Equal parts to count in. */
  readonly buckets: number;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

interface Row {
  readonly bucket: number;
  readonly delivered: number;
  readonly failed: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/**
 * Counts attempts in equal parts of a range, empty ones included. It reads the part of the index (subscriptionId, at)
 * that the range covers, so it costs what it shows, however long the log is.
 * @throws ServiceError where there is no such subscription, or the range ends before it begins or is too long.
 */
export async function readStatistics(
  db: Database,
  visible: Visibility,
  subscriptionId: string,
  { to = new Date(), from = new Date(to.getTime() - DAY_MS), buckets }: StatisticsRange,
): Promise<StatisticsBucket[]> {
  const known = await db.subscription.findFirst({
    where: { id: subscriptionId, deletedAt: null, ...visible.rows() },
    select: { id: true },
  });
  if (!known) throw refusal('subscription_not_found');
  const ms = to.getTime() - from.getTime();
  if (ms < buckets || ms > MOST_DAYS * DAY_MS) {
    throw invalid(fieldProblem('from', 'invalid_time_range', { days: MOST_DAYS }));
  }
  const width = ms / buckets;
  const rows = await db.$queryRaw<Row[]>(Prisma.sql`
    SELECT floor(extract(epoch FROM "at" - ${from}::timestamptz) * 1000 / ${width}::float8)::int AS "bucket",
           count(*) FILTER (WHERE "outcome" = 'delivered')::int AS "delivered",
           count(*) FILTER (WHERE "outcome" = 'failed')::int AS "failed",
           percentile_disc(0.5) WITHIN GROUP (ORDER BY "durationMs") AS "p50",
           percentile_disc(0.95) WITHIN GROUP (ORDER BY "durationMs") AS "p95"
    FROM "Attempt"
    WHERE "subscriptionId" = ${subscriptionId}::uuid AND "outcome" IS NOT NULL
      AND "at" >= ${from}::timestamptz AND "at" < ${to}::timestamptz
    GROUP BY 1`);
  const counted = new Map(rows.map((row) => [row.bucket, row]));
  return Array.from({ length: buckets }, (_, bucket) => {
    const row = counted.get(bucket);
    return {
      at: new Date(from.getTime() + Math.round(bucket * width)).toISOString(),
      delivered: row?.delivered ?? 0,
      failed: row?.failed ?? 0,
      p50Ms: row?.p50 ?? null,
      p95Ms: row?.p95 ?? null,
    };
  });
}
