import type { Tx } from '../platform/database';
import { MOST_COUNTED } from '../platform/most-counted';
import { readReasons } from '../platform/reasons';
import { judge, sentence, type HealthFacts } from './health-state';
import { LACKS_STATE } from './lacking';
import type { NoAccessToken, SubscriptionHealth } from './schema';

interface HealthRow extends HealthFacts {
  readonly id: string;
  readonly oldestWithdrawalAt: Date | null;
  readonly nextAttemptAt: Date | null;
  readonly skipped: number;
  readonly lacksState: boolean;
  readonly nextTryAt: Date | null;
}

/**
 * The health of subscriptions, in one query for all of them (rule `health-tells-the-truth`). Each fact is an end of an index, so
 * neither the length of the log nor how much waits matters; and what waits is counted up to a number.
 */
export async function readHealth(tx: Tx, ids: readonly string[]): Promise<Map<string, SubscriptionHealth>> {
  const rows = await tx.$queryRaw<HealthRow[]>`
    SELECT s.id, given."pausedAt", coalesce(given.status = 'paused', false) AS "isPaused", now() AS now,
           success.at AS "lastSuccessAt", failure.at AS "lastFailureAt", failure.error AS "lastError",
           works.at AS "worksSince", fails.at AS "failsSince",
           unfinished.count::int AS waiting, unfinished.oldest AS "oldestAt",
           withdrawal.at AS "oldestWithdrawalAt", failing.at AS "oldestFailingAt", coalesce(probe."nextKnockAt", next.at) AS "nextAttemptAt",
           EXISTS (SELECT 1 FROM "Delivery"
             WHERE "subscriptionId" = s.id AND status = 'waiting' AND "awaitsRecovery") AS "awaitsRecovery",
           EXISTS (SELECT 1 FROM "Delivery"
             WHERE "subscriptionId" = s.id AND status = 'waiting' AND NOT "awaitsRecovery") AS sleeps,
           coalesce(skipped.count, 0)::int AS skipped, ${LACKS_STATE} AS "lacksState",
           token.error AS "tokenError", token."failingSince" AS "tokenFailingSince", token."nextTryAt"
      FROM unnest(${[...ids]}::uuid[]) AS s (id)
      LEFT JOIN "Subscription" given ON given.id = s.id
      LEFT JOIN LATERAL (
        SELECT at FROM "Attempt"
         WHERE "subscriptionId" = s.id AND outcome = 'delivered' ORDER BY at DESC LIMIT 1
      ) success ON true
      LEFT JOIN LATERAL (
        SELECT at, error FROM "Attempt"
         WHERE "subscriptionId" = s.id AND outcome = 'failed' ORDER BY at DESC LIMIT 1
      ) failure ON true
      LEFT JOIN LATERAL (
        SELECT at FROM "Attempt" WHERE "subscriptionId" = s.id AND outcome = 'delivered'
           AND at >= coalesce(failure.at, '-infinity') ORDER BY at LIMIT 1
      ) works ON true
      LEFT JOIN LATERAL (
        SELECT at FROM "Attempt" WHERE "subscriptionId" = s.id AND outcome = 'failed'
           AND at > coalesce(success.at, '-infinity') ORDER BY at LIMIT 1
      ) fails ON true
      CROSS JOIN LATERAL (
        SELECT count(*) AS count, min("createdAt") AS oldest FROM (
          SELECT "createdAt" FROM "Delivery"
           WHERE "subscriptionId" = s.id AND status NOT IN ('delivered', 'cancelled', 'expired')
           ORDER BY "createdAt" LIMIT ${MOST_COUNTED}) d
      ) unfinished
      LEFT JOIN LATERAL (
        SELECT "createdAt" AS at FROM "Delivery"
         WHERE "subscriptionId" = s.id AND "isWithdrawal" AND status NOT IN ('delivered', 'cancelled', 'expired')
         ORDER BY "createdAt" LIMIT 1
      ) withdrawal ON true
      LEFT JOIN LATERAL (
        SELECT "failingSince" AS at FROM "Delivery"
         WHERE "subscriptionId" = s.id AND "failingSince" IS NOT NULL AND status NOT IN ('delivered', 'cancelled', 'expired')
         ORDER BY "failingSince" LIMIT 1
      ) failing ON true
      LEFT JOIN LATERAL (
        SELECT "nextAttemptAt" AS at FROM "Delivery"
         WHERE "subscriptionId" = s.id AND "nextAttemptAt" IS NOT NULL ORDER BY "nextAttemptAt" LIMIT 1
      ) next ON true
      LEFT JOIN "EndpointProbe" probe ON probe."subscriptionId" = s.id
      LEFT JOIN "SkippedCount" skipped ON skipped."subscriptionId" = s.id
      LEFT JOIN "AccessToken" token ON token."subscriptionId" = s.id`;
  return new Map(rows.map((row) => [row.id, showHealth(row)]));
}

/** The health of one that was read. */
export function healthOf(read: ReadonlyMap<string, SubscriptionHealth>, id: string): SubscriptionHealth {
  const health = read.get(id);
  if (!health) throw new Error('its health was not asked for');
  return health;
}

function showHealth(row: HealthRow): SubscriptionHealth {
  const { state, cause, since } = judge(row);
  return {
    state,
    cause,
    since: since?.toISOString() ?? null,
    why: sentence(cause, row),
    lastSuccessAt: row.lastSuccessAt?.toISOString() ?? null,
    lastFailureAt: row.lastFailureAt?.toISOString() ?? null,
    lastError: row.lastError,
    lastErrorCodes: readReasons(row.lastError),
    waiting: row.waiting,
    oldestWaitingAt: row.oldestAt?.toISOString() ?? null,
    oldestWithdrawalWaitingAt: row.oldestWithdrawalAt?.toISOString() ?? null,
    // Nothing is sent while it is paused, whatever was to be.
    nextAttemptAt: row.isPaused ? null : (row.nextAttemptAt?.toISOString() ?? null),
    skippedWhilePaused: row.skipped,
    resyncAdvised: row.lacksState,
    noAccessToken: showNoToken({
      error: row.tokenError,
      failingSince: row.tokenFailingSince,
      nextTryAt: row.nextTryAt,
    }),
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
  const errorCodes = readReasons(error);
  return { error, errorCodes, since: failingSince.toISOString(), nextTryAt: nextTryAt.toISOString() };
}
