/** What an operator can do with deliveries: retry them now, cancel them, send them again; one, or many at once. */
import type { Visibility } from '../access/visibility';
import { Prisma, type Tx } from '../platform/database';
import { knockNow, letKnock } from '../outbox/endpoint-probes';
import { IS_BLOCKED, isFinished, LOCK_ORDER } from '../outbox/ordering';
import { retryDeliveries } from '../outbox/signals';
import { cancelDeliveries, resendDeliveries } from '../outbox/transitions';
import { refusal, type ServiceError } from '../platform/errors';
import { reasonText } from '../platform/reasons';

/** An action on deliveries. */
interface Action {
  /** Why one in its present state is refused it. */
  readonly refused: (delivery: DeliveryFacts) => ServiceError | undefined;
  /** Does it with deliveries that are locked. */
  readonly act: (tx: Tx, deliveries: readonly DeliveryFacts[]) => Promise<void>;
}

export const DELIVERY_ACTIONS = ['retry', 'cancel', 'resend'] as const;
export type DeliveryAction = (typeof DELIVERY_ACTIONS)[number];

const ACTIONS: Readonly<Record<DeliveryAction, Action>> = {
  retry: {
    refused: ({ status, subscriptionActive, blocked }) => {
      if (isFinished(status)) return refusal('delivery_finished', { status });
      if (status === 'paused' && !subscriptionActive) return refusal('subscription_paused');
      return status === 'blocked' && blocked ? refusal('delivery_blocked') : undefined;
    },
    act: retry,
  },
  cancel: {
    refused: ({ status }) => (isFinished(status) ? refusal('delivery_finished', { status }) : undefined),
    act: (tx, deliveries) => cancelDeliveries(tx, idsOf(deliveries), reasonText('by_request')),
  },
  resend: {
    refused: refusedResend,
    act: (tx, deliveries) => resendDeliveries(tx, idsOf(deliveries)),
  },
};

/**
 * Gives a delivery a cycle of attempts at once. What it waits for is asked anew: its status may be left from before, where the
 * signal that should have ended its wait was lost.
 * @throws ServiceError `delivery_not_found`, or a conflict when it is finished, or waits for something else than time.
 */
export function retryDelivery(tx: Tx, visible: Visibility, id: string): Promise<void> {
  return actOnOne(tx, visible, 'retry', id);
}

/**
 * Gives a delivery up; a request in flight may still make it delivered (rule `finished-stays-finished`).
 * @throws ServiceError `delivery_not_found`, or a conflict when it is finished.
 */
export function cancelDelivery(tx: Tx, visible: Visibility, id: string): Promise<void> {
  return actOnOne(tx, visible, 'cancel', id);
}

/**
 * Sends a delivered or cancelled one again, under the same `webhook-id` unless it says something else by now. A receipt leaves out
 * what newer changes have overridden since.
 * @throws ServiceError `delivery_not_found`, or a conflict when it is unfinished or expired, or what it needs is erased.
 */
export function resendDelivery(tx: Tx, visible: Visibility, id: string): Promise<void> {
  return actOnOne(tx, visible, 'resend', id);
}

async function actOnOne(tx: Tx, visible: Visibility, action: DeliveryAction, id: string): Promise<void> {
  const [delivery] = await lockDeliveries(tx, visible, [id]);
  if (!delivery) throw refusal('delivery_not_found');
  const refused = ACTIONS[action].refused(delivery);
  if (refused) throw refused;
  await ACTIONS[action].act(tx, [delivery]);
}

/**
 * The same for many: those that would be refused are passed over.
 * @returns the ids of those that it was done with
 */
export async function actOnDeliveries(
  tx: Tx,
  visible: Visibility,
  action: DeliveryAction,
  ids: readonly string[],
): Promise<string[]> {
  const deliveries = await lockDeliveries(tx, visible, ids);
  const admitted = deliveries.filter((delivery) => !ACTIONS[action].refused(delivery));
  await ACTIONS[action].act(tx, admitted);
  return idsOf(admitted);
}

/** What could be done with a delivery at present: none of it would be refused. */
export async function actionsOn(tx: Tx, visible: Visibility, id: string): Promise<DeliveryAction[]> {
  const [delivery] = await readDeliveries(tx, meant(visible, [id]));
  return delivery ? DELIVERY_ACTIONS.filter((action) => !ACTIONS[action].refused(delivery)) : [];
}

const idsOf = (deliveries: readonly DeliveryFacts[]): string[] => deliveries.map(({ id }) => id);

/** Where one knocks for all, others that are retried would only be held back again: one of many knocks, or the only one. */
async function retry(tx: Tx, deliveries: readonly DeliveryFacts[]): Promise<void> {
  for (const subscriptionId of new Set(deliveries.map((delivery) => delivery.subscriptionId))) {
    const ids = idsOf(deliveries.filter((delivery) => delivery.subscriptionId === subscriptionId));
    const [only] = ids.length === 1 ? ids : [];
    if (only !== undefined) await letKnock(tx, only);
    else if (await knockNow(tx, subscriptionId)) continue;
    await retryDeliveries(tx, ids);
  }
}

function refusedResend(delivery: DeliveryFacts): ServiceError | undefined {
  if (!isFinished(delivery.status)) return refusal('delivery_unfinished', { status: delivery.status });
  if (delivery.status === 'expired' || delivery.emailId !== null) return refusal('email_not_resendable');
  if (delivery.outboxAction === 'cancel') return refusal('delivery_being_cancelled');
  if (delivery.subscriptionDeleted) return refusal('subscription_deleted');
  if (delivery.citizenDeleted && !(delivery.changeKind === 'deletion' && delivery.hasBody))
    return refusal('citizen_deleted');
  if (!delivery.hasBody && delivery.updateType === 'consent-receipts') return refusal('content_erased');
  return undefined;
}

/** What it depends on whether an action is refused. */
interface DeliveryFacts {
  readonly id: string;
  readonly subscriptionId: string;
  readonly status: string;
  readonly outboxAction: string | null;
  readonly emailId: string | null;
  readonly updateType: string;
  readonly hasBody: boolean;
  readonly changeKind: string;
  readonly subscriptionActive: boolean;
  readonly subscriptionDeleted: boolean;
  readonly citizenDeleted: boolean;
  readonly blocked: boolean;
}

/**
 * Locks first, and reads then: a statement that waits for a lock sees whatever else it reads as it was before. So whoever
 * deletes the citizen or the subscription is either seen here, or finds this delivery as it is left.
 */
async function lockDeliveries(tx: Tx, visible: Visibility, ids: readonly string[]): Promise<DeliveryFacts[]> {
  const which = meant(visible, ids);
  await tx.$queryRaw(Prisma.sql`SELECT 1 FROM "Delivery" d WHERE ${which} ORDER BY ${LOCK_ORDER} FOR UPDATE`);
  return readDeliveries(tx, which);
}

/** SQL condition: the delivery `d` is one of these, and exists for the caller. */
function meant(visible: Visibility, ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`d."id" = ANY(${ids}::uuid[]) AND ${visible.condition(Prisma.sql`d."applicationId"`)}`;
}

function readDeliveries(tx: Tx, which: Prisma.Sql): Promise<DeliveryFacts[]> {
  return tx.$queryRaw<DeliveryFacts[]>(Prisma.sql`
    SELECT d."id", d."subscriptionId", d."status", d."outboxAction", d."emailId", d."updateType",
           d."bodySealed" IS NOT NULL AS "hasBody", c."kind" AS "changeKind",
           s."status" = 'active' AS "subscriptionActive", ${IS_BLOCKED} AS "blocked",
           s."deletedAt" IS NOT NULL AS "subscriptionDeleted", z."deletedAt" IS NOT NULL AS "citizenDeleted"
    FROM "Delivery" d
    JOIN "Change" c ON c."id" = d."changeId"
    JOIN "Subscription" s ON s."id" = d."subscriptionId"
    JOIN "Citizen" z ON z."id" = d."citizenId"
    WHERE ${which}`);
}
