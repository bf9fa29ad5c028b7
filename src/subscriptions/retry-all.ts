import type { Visibility } from '../access/visibility';
import type { Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { lockSubscription } from './update';
import { addBulkSignal } from '../outbox/bulk-signals';
import { knockNow } from '../outbox/endpoint-probes';

/**
 * Gives every waiting delivery of a subscription a cycle of attempts at once; the first few hundred with this
 * transaction, the others at the sweep's bounded rate.
 * @returns how many wait.
 * @throws ServiceError where there is no such subscription, or it is paused.
 */
export async function retryWaiting(tx: Tx, visible: Visibility, id: string): Promise<number> {
  const { status } = await lockSubscription(tx, visible, id);
  if (status !== 'active') throw refusal('subscription_paused');
  const waiting = await tx.delivery.count({ where: { subscriptionId: id, status: 'waiting' } });
  // Where one knocks for all, the others would only be held back again.
  if (waiting > 0 && !(await knockNow(tx, id))) await addBulkSignal(tx, id, 'retryNow');
  return waiting;
}
