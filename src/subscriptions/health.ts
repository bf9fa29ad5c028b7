import type { Tx } from '../platform/database';
import { MOST_COUNTED } from '../platform/most-counted';
import type { NoAccessToken, SubscriptionHealth } from './schema';

/** The health of a subscription to which nothing has been sent. */
export const UNTRIED: SubscriptionHealth = {
  lastSuccessAt: null,
  lastFailureAt: null,
  lastError: null,
  waiting: 0,
  oldestWaitingAt: null,
  skippedWhilePaused: 0,
  noAccessToken: null,
};

interface HealthRow {
  readonly id: string;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastError: string | null;
  readonly waiting: number;
  readonly oldestWaitingAt: Date | null;
  readonly skipped: number;
  readonly tokenError: string | null;
  readonly failingSince: Date | null;
  readonly nextTryAt: Date | null;
}

/**
 * The health of subscriptions, in one query for all of them. The latest attempts come from the end of
 * the index (subscriptionId, outcome, at), so the length of the log does not matter; and what waits is counted up to a number.
 */
export async function readHealth(tx: Tx, ids: readonly string[]): Promise<Map<string, SubscriptionHealth>> {
  const rows = await tx.$queryRaw<HealthRow[]>`
    SELECT s.id,
           success.at AS "lastSuccessAt",
           failure.at AS "lastFailureAt",
           failure.error AS "lastError",
           unfinished.count::int AS waiting,
           unfinished.oldest AS "oldestWaitingAt",
           coalesce(skipped.count, 0)::int AS skipped,
           token.error AS "tokenError", token."failingSince", token."nextTryAt"
      FROM unnest(${[...ids]}::uuid[]) AS s (id)
      LEFT JOIN LATERAL (
        SELECT at FROM "Attempt"
         WHERE "subscriptionId" = s.id AND outcome = 'delivered' ORDER BY at DESC LIMIT 1
      ) success ON true
      LEFT JOIN LATERAL (
        SELECT at, error FROM "Attempt"
         WHERE "subscriptionId" = s.id AND outcome = 'failed' ORDER BY at DESC LIMIT 1
      ) failure ON true
      CROSS JOIN LATERAL (
        SELECT count(*) AS count, min("createdAt") AS oldest FROM (
          SELECT "createdAt" FROM "Delivery"
           WHERE "subscriptionId" = s.id AND status NOT IN ('delivered', 'cancelled', 'expired')
           ORDER BY "createdAt" LIMIT ${MOST_COUNTED}) d
      ) unfinished
      LEFT JOIN "SkippedCount" skipped ON skipped."subscriptionId" = s.id
      LEFT JOIN "AccessToken" token ON token."subscriptionId" = s.id`;
  return new Map(rows.map((row) => [row.id, showHealth(row)]));
}

function showHealth(row: HealthRow): SubscriptionHealth {
  return {
    lastSuccessAt: row.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: row.lastFailureAt?.toISOString() ?? null,
    lastError: row.lastError,
    waiting: row.waiting,
    oldestWaitingAt: row.oldestWaitingAt?.toISOString() ?? null,
    skippedWhilePaused: row.skipped,
    noAccessToken: showNoToken({ ...row, error: row.tokenError }),
  };
}

/** Why there is no access token; null where there is one, or none is needed. */
export async function readNoToken(tx: Tx, subscriptionId: string): Promise<NoAccessToken | null> {
  const row = await tx.accessToken.findUnique({ where: { subscriptionId } });
  return row && showNoToken(row);
}

function showNoToken(row: {
  readonly error: string | null;
  readonly failingSince: Date | null;
  readonly nextTryAt: Date | null;
}): NoAccessToken | null {
  const { error, failingSince, nextTryAt } = row;
  if (error === null || failingSince === null || nextTryAt === null) return null;
  return { error, since: failingSince.toISOString(), nextTryAt: nextTryAt.toISOString() };
}
