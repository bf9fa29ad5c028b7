/** What an operator can do with one delivery: retry it now, cancel it, send it again. */
import { Prisma, type Tx } from '../platform/database';
import { conflict, notFound } from '../platform/errors';
import { isFinished } from '../outbox/ordering';
import { signalDeliveries } from '../outbox/signals';
import { cancelDeliveries, resendDeliveries } from '../outbox/transitions';

/**
 * Gives a delivery a cycle of attempts at once.
 * @throws ServiceError not-found; conflict when it is finished, or waits for something else than time.
 */
export async function retryDelivery(tx: Tx, id: string): Promise<void> {
  const { status } = await lockDelivery(tx, id);
  if (isFinished(status)) throw conflict(`The delivery is ${status}; only an unfinished one can be retried.`);
  if (status === 'paused')
    throw conflict('The subscription is paused; the delivery goes on when it is active again.');
  if (status === 'blocked') {
    throw conflict('An earlier delivery of the same citizen is undelivered; retry or cancel that one.');
  }
  await signalDeliveries(tx, [id], 'retryNow');
}

/**
 * Gives a delivery up; a request in flight may still make it delivered (rule `finished-stays-finished`).
 * @throws ServiceError not-found; conflict when it is finished.
 */
export async function cancelDelivery(tx: Tx, id: string): Promise<void> {
  const delivery = await lockDelivery(tx, id);
  if (isFinished(delivery.status)) throw conflict(`The delivery is ${delivery.status} already.`);
  await cancelDeliveries(tx, [id], 'cancelled by request');
}

/**
 * Sends a delivered or cancelled one again, under the same `webhook-id`. A receipt leaves out what newer changes have
 * overridden since.
 * @throws ServiceError not-found; conflict when it is unfinished or expired, or what it needs is erased.
 */
export async function resendDelivery(tx: Tx, id: string): Promise<void> {
  const delivery = await lockDelivery(tx, id);
  if (!isFinished(delivery.status))
    throw conflict(`The delivery is ${delivery.status}; it is still being delivered.`);
  if (delivery.status === 'expired' || delivery.emailId !== null) {
    throw conflict('An e-mail is never sent again; ask for a new one.');
  }
  if (delivery.outboxAction === 'cancel')
    throw conflict('The delivery is being cancelled; try again in a moment.');
  if (delivery.subscriptionDeleted) throw conflict('The subscription is deleted.');
  if (delivery.citizenDeleted && !(delivery.changeKind === 'deletion' && delivery.hasBody)) {
    throw conflict('The citizen is deleted, and the content with them.');
  }
  if (!delivery.hasBody && delivery.updateType === 'consent-receipts') {
    throw conflict('The content of the delivery is erased.');
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
  readonly subscriptionDeleted: boolean;
  readonly citizenDeleted: boolean;
}

async function lockDelivery(tx: Tx, id: string): Promise<LockedDelivery> {
  const [row] = await tx.$queryRaw<LockedDelivery[]>(Prisma.sql`
    SELECT d."id", d."subscriptionId", d."citizenId", d."sequence", d."status", d."outboxAction", d."emailId", d."updateType",
           d."bodySealed" IS NOT NULL AS "hasBody", c."kind" AS "changeKind",
           s."deletedAt" IS NOT NULL AS "subscriptionDeleted", z."deletedAt" IS NOT NULL AS "citizenDeleted"
    FROM "Delivery" d
    JOIN "Change" c ON c."id" = d."changeId"
    JOIN "Subscription" s ON s."id" = d."subscriptionId"
    JOIN "Citizen" z ON z."id" = d."citizenId"
    WHERE d."id" = ${id}::uuid FOR UPDATE OF d`);
  if (!row) throw notFound('delivery');
  return row;
}
