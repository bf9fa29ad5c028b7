/** Which subscriptions are told of a change, and which miss it. */
import type { NewDelivery } from '../../outbox/enqueue';
import { Prisma } from '../../platform/database';
import { newId } from '../../platform/ids';
import { arrayOf } from '../../platform/statements';
import type { Alterations } from '../rules/diff';
import { toldOf, type Filter } from '../rules/filter';
import type { LockedCitizen } from './lock-citizen';

/** A subscription to what happened, of whatever status. */
export interface Subscriber<T extends string = string> extends Filter {
  readonly id: string;
  readonly status: string;
  readonly updateType: T;
  /** When its filter has changed last; as JSON has it, or as a row does. */
  readonly filterChangedAt: string | Date | null;
  /** It is told what was in effect before (rule `previous-on-request`). */
  readonly payloadPrevious: boolean;
}

/** A subscription with what a change is to it. */
export interface ToldSubscriber<T extends string = string> extends Subscriber<T> {
  readonly altered: Alterations;
}

/** What follows from a change for its subscribers. */
export interface SubscriberPlan {
  /** One for each active subscription. */
  readonly deliveries: readonly NewDelivery[];
  /** The paused subscriptions: for them the skipped change is only counted (rule `pause-skips-changes`). */
  readonly skippedBy: readonly string[];
}

/**
 * SQL query of the subscribers, in the order of their ids. FOR SHARE: a pause waits for the changes under way, and a change
 * for the pause, so it is one or the other (rule `citizen-lock-first`).
 */
export function holdSubscribers(
  applicationId: string | Prisma.Sql,
  updateTypes: readonly string[],
): Prisma.Sql {
  return Prisma.sql`
    SELECT "id", "status", "updateType", "filter", "onceSent", "filterChangedAt", "payloadPrevious"
    FROM "Subscription"
    WHERE "applicationId" = ${applicationId} AND "deletedAt" IS NULL AND "updateType" = ANY(${arrayOf(updateTypes, 'text')}::text[])
    ORDER BY "id" FOR SHARE`;
}

/** What the change of a citizen is to each subscriber (rule `filters-narrow`). */
export function tellSubscribers<T extends string>(
  subscribers: readonly Subscriber<T>[],
  { createdAt }: Pick<LockedCitizen, 'createdAt'>,
  altered: Alterations,
): ToldSubscriber<T>[] {
  return subscribers.map((subscriber) => {
    // A citizen who came after that change was never told of under an earlier filter.
    const { filter, onceSent, filterChangedAt } = subscriber;
    const wasTold = filterChangedAt !== null && createdAt <= new Date(filterChangedAt);
    return { ...subscriber, altered: toldOf(altered, { filter, onceSent: wasTold ? onceSent : [] }) };
  });
}

/**
 * Plans a delivery for each active subscriber.
 * @param sealedBodies the fixed bodies by the subscription's id; asked only where somebody is active
 */
export async function planDeliveries<S extends Subscriber>(
  subscribers: readonly S[],
  sealedBodies: (active: readonly S[]) => Promise<ReadonlyMap<string, string>>,
): Promise<SubscriberPlan> {
  const active = subscribers.filter(({ status }) => status === 'active');
  const paused = subscribers.filter(({ status }) => status !== 'active');
  const bodies = active.length > 0 ? await sealedBodies(active) : new Map<string, string>();
  return {
    deliveries: active.map(({ id: subscriptionId, updateType }) => ({
      id: newId(),
      subscriptionId,
      updateType,
      bodySealed: bodies.get(subscriptionId) ?? null,
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
      ON CONFLICT ("subscriptionId") DO UPDATE SET "count" = "SkippedCount"."count" + 1, "lacksAt" = now()
    )`;
}
