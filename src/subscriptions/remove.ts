import type { Visibility } from '../access/visibility';
import type { Tx } from '../platform/database';
import { reasonText } from '../platform/reasons';
import { NO_CERTIFICATE } from './client-certificate';
import { NO_CREDENTIALS } from './credentials';
import { maskUrl } from './masked-url';
import { lockSubscription } from './update';
import { addBulkCancel } from '../outbox/bulk-signals';

/**
 * Deletes a subscription: its waiting deliveries are cancelled, its secrets erased. The row stays for the delivery log.
 * @throws ServiceError where there is none.
 */
export async function deleteSubscription(tx: Tx, visible: Visibility, id: string): Promise<void> {
  const row = await lockSubscription(tx, visible, id);
  await tx.subscription.update({
    where: { id },
    data: {
      deletedAt: new Date(),
      url: maskUrl(row.url),
      urlSealed: null,
      ...NO_CREDENTIALS,
      headersSealed: null,
      ...NO_CERTIFICATE,
      signingSecretSealed: null,
      previousSigningSecretSealed: null,
      previousSigningSecretUntil: null,
    },
  });
  await tx.accessToken.deleteMany({ where: { subscriptionId: id } });
  await addBulkCancel(tx, id, reasonText('subscription_deleted'));
}
