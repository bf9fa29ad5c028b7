/** Which subscriptions are told of a change, and which miss it. */
import type { NewDelivery } from '../../outbox/enqueue';
import { Prisma } from '../../platform/database';
import { newId } from '../../platform/ids';
import { arrayOf } from '../../platform/statements';

/** A subscription to what happened, of whatever status. */
export interface Subscriber<T extends string = string> {
  readonly id: string;
  readonly status: string;
  readonly updateType: T;
}

/** What follows from a change for its subscribers. */
export interface SubscriberPlan {
  /** One for each active subscription. */
  readonly deliveries: readonly NewDelivery[];
  /** The paused subscriptions: for them the skipped change is only counted (rule `pause-skips-changes`). */
  readonly skippedBy: readonly string[];
}

/** Of a change that nobody has to hear of. */
export const NOBODY: SubscriberPlan = { deliveries: [], skippedBy: [] };

/**
 * SQL query of the subscribers, in the order of their ids. FOR SHARE: a pause waits for the changes under way, and a change
 * for the pause, so it is one or the other (rule `citizen-lock-first`).
 */
export function holdSubscribers(
  applicationId: string | Prisma.Sql,
  updateTypes: readonly string[],
): Prisma.Sql {
  return Prisma.sql`
    SELECT "id", "status", "updateType" FROM "Subscription"
    WHERE "applicationId" = ${applicationId} AND "deletedAt" IS NULL AND "updateType" = ANY(${arrayOf(updateTypes, 'text')}::text[])
    ORDER BY "id" FOR SHARE`;
}

/**
 * Plans a delivery for each active subscriber.
 * @param sealedBodies the fixed bodies by update type; asked only where somebody is active
 */
export async function planDeliveries<T extends string>(
  subscribers: readonly Subscriber<T>[],
  sealedBodies: (active: readonly Subscriber<T>[]) => Promise<ReadonlyMap<T, string>>,
): Promise<SubscriberPlan> {
  const active = subscribers.filter(({ status }) => status === 'active');
  const paused = subscribers.filter(({ status }) => status !== 'active');
  const bodies = active.length > 0 ? await sealedBodies(active) : new Map<T, string>();
  return {
    deliveries: active.map(({ id: subscriptionId, updateType }) => ({
      id: newId(),
      subscriptionId,
      updateType,
      bodySealed: bodies.get(updateType) ?? null,
    })),
    skippedBy: paused.map(({ id }) => id),
  };
}

/**
 * SQL of a WITH clause that counts the skipped change, in the order of the ids, so that two changes never wait for each
 * other's counter in a circle.
 */
export function countingSkipped(skippedBy: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    skipped AS (
      INSERT INTO "SkippedCount" ("subscriptionId", "count")
      SELECT "id", 1 FROM unnest(${arrayOf(skippedBy, 'uuid')}) "id" ORDER BY "id"
      ON CONFLICT ("subscriptionId") DO UPDATE SET "count" = "SkippedCount"."count" + 1
    )`;
}
