import type { Prisma } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { showCertificate } from './client-certificate';
import { showCredentials } from './credentials';
import { showFilter } from './filter';
import { maskUrl } from './masked-url';
import {
  type SubscriptionHealth,
  type SubscriptionView,
  subscriptionStatus,
  subscriptionView,
  updateType,
} from './schema';
import { kindOf, showSigningKey } from './signing';
import { showHeaders } from './static-headers';

/** A subscription's row. */
export type SubscriptionRow = Prisma.SubscriptionModel;

/** A row as it is shown, without any secret. */
export function showSubscription(
  sealer: Sealer,
  row: SubscriptionRow,
  health: SubscriptionHealth,
): SubscriptionView {
  return {
    id: row.id,
    applicationId: row.applicationId,
    name: row.name,
    url: maskUrl(row.url),
    updateType: updateType.parse(row.updateType),
    status: subscriptionStatus.parse(row.status),
    maxInFlight: row.maxInFlight,
    earlyRecovery: subscriptionView.shape.earlyRecovery.parse(row.earlyRecovery),
    halfOpenProbing: subscriptionView.shape.halfOpenProbing.parse(row.halfOpenProbing),
    filter: showFilter(row),
    payload: { previous: row.payloadPrevious },
    authentication: showCredentials(sealer, row),
    headers: showHeaders(sealer, row.headersSealed),
    clientCertificate: showCertificate(sealer, row.clientCertificateSealed),
    signing: kindOf(row),
    signingKey: kindOf(row) === 'ed25519' ? showSigningKey(sealer, row.signingSecretSealed) : null,
    signingSecret: null,
    signingSecretSet: row.signingSecretSealed !== null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    health,
  };
}
