/** What an operator can do with one delivery: retry it now, cancel it, send it again. */
import type { Visibility } from '../access/visibility';
import { Prisma, type Tx } from '../platform/database';
import { letKnock } from '../outbox/endpoint-probes';
import { IS_BLOCKED, isFinished } from '../outbox/ordering';
import { signalDeliveries } from '../outbox/signals';
import { cancelDeliveries, resendDeliveries } from '../outbox/transitions';
import { refusal } from '../platform/errors';

/**
 * Gives a delivery a cycle of attempts at once. What it waits for is asked anew: its status may be left from before, where the
 * signal that should have ended its wait was lost.
 * @throws ServiceError `delivery_not_found`, or a conflict when it is finished, or waits for something else than time.
 */
export async function retryDelivery(tx: Tx, visible: Visibility, id: string): Promise<void> {
  const { status, subscriptionActive, blocked } = await lockDelivery(tx, visible, id);
  if (isFinished(status)) throw refusal('delivery_finished', { status });
  if (status === 'paused' && !subscriptionActive) throw refusal('subscription_paused');
  if (status === 'blocked' && blocked) throw refusal('delivery_blocked');
  await letKnock(tx, id);
  await signalDeliveries(tx, [id], 'retryNow');
}

/**
 * Gives a delivery up; a request in flight may still make it delivered (rule `finished-stays-finished`).
 * @throws ServiceError `delivery_not_found`, or a conflict when it is finished.
 */
export async function cancelDelivery(tx: Tx, visible: Visibility, id: string): Promise<void> {
  const { status } = await lockDelivery(tx, visible, id);
  if (isFinished(status)) throw refusal('delivery_finished', { status });
  await cancelDeliveries(tx, [id], 'cancelled by request');
}

/**
 * Sends a delivered or cancelled one again, under the same `webhook-id` unless it says something else by now. A receipt leaves out
 * what newer changes have overridden since.
 * @throws ServiceError `delivery_not_found`, or a conflict when it is unfinished or expired, or what it needs is erased.
 */
export async function resendDelivery(tx: Tx, visible: Visibility, id: string): Promise<void> {
  const delivery = await lockDelivery(tx, visible, id);
  if (!isFinished(delivery.status)) throw refusal('delivery_unfinished', { status: delivery.status });
  if (delivery.status === 'expired' || delivery.emailId !== null) {
    throw refusal('email_not_resendable');
  }
  if (delivery.outboxAction === 'cancel') throw refusal('delivery_being_cancelled');
  if (delivery.subscriptionDeleted) throw refusal('subscription_deleted');
  if (delivery.citizenDeleted && !(delivery.changeKind === 'deletion' && delivery.hasBody)) {
    throw refusal('citizen_deleted');
  }
  if (!delivery.hasBody && delivery.updateType === 'consent-receipts') {
    throw refusal('content_erased');
  }
  await resendDeliveries(tx, [id]);
}

interface LockedDelivery {
  readonly id: string;
  readonly subscriptionId: string;
  readonly citizenId: string;
  readonly sequence: number;
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
async function lockDelivery(tx: Tx, visible: Visibility, id: string): Promise<LockedDelivery> {
  await tx.$queryRaw(Prisma.sql`
    SELECT 1 FROM "Delivery"
    WHERE "id" = ${id}::uuid AND ${visible.condition(Prisma.sql`"applicationId"`)} FOR UPDATE`);
  const [row] = await tx.$queryRaw<LockedDelivery[]>(Prisma.sql`
    SELECT d."id", d."subscriptionId", d."citizenId", d."sequence", d."status", d."outboxAction", d."emailId", d."updateType",
           d."bodySealed" IS NOT NULL AS "hasBody", c."kind" AS "changeKind",
           s."status" = 'active' AS "subscriptionActive", ${IS_BLOCKED} AS "blocked",
           s."deletedAt" IS NOT NULL AS "subscriptionDeleted", z."deletedAt" IS NOT NULL AS "citizenDeleted"
    FROM "Delivery" d
    JOIN "Change" c ON c."id" = d."changeId"
    JOIN "Subscription" s ON s."id" = d."subscriptionId"
    JOIN "Citizen" z ON z."id" = d."citizenId"
    WHERE d."id" = ${id}::uuid AND ${visible.condition(Prisma.sql`d."applicationId"`)}`);
  if (!row) throw refusal('delivery_not_found');
  return row;
}
