import type { Sealer } from '../../platform/encryption';
import { openUrl } from '../../subscriptions/stored-url';
import { buildRequest, type BuiltRequest, type Credentials } from '../http/request';
import { nextAttempt } from './begin';
import { openSigningSecrets } from './credential';
import type { LoadedDelivery } from './load';
import type { RenderedBody } from './render';

/** The request of a delivery's next attempt, signed. */
export function requestOf(
  sealer: Sealer,
  delivery: LoadedDelivery,
  rendered: RenderedBody,
  credentials: Credentials,
): BuiltRequest {
  return buildRequest({
    url: openUrl(sealer, delivery),
    ...credentials,
    signingSecrets: openSigningSecrets(sealer, delivery),
    webhookId: rendered.webhookId,
    subscriptionId: delivery.subscriptionId,
    changeId: delivery.changeId,
    updateType: delivery.updateType,
    sequence: rendered.sequence,
    attempt: nextAttempt(delivery),
    body: rendered.body,
    sentAt: delivery.now,
  });
}
