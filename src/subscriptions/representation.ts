import type { Prisma } from '../platform/database';
import { showCredentials } from './credentials';
import { type SubscriptionHealth, type SubscriptionView, subscriptionStatus, updateType } from './schema';

/** A subscription's row. */
export type SubscriptionRow = Prisma.SubscriptionModel;

/** A row as it is shown, without any secret. */
export function showSubscription(row: SubscriptionRow, health: SubscriptionHealth): SubscriptionView {
  return {
    id: row.id,
    applicationId: row.applicationId,
    name: row.name,
    url: row.url,
    updateType: updateType.parse(row.updateType),
    status: subscriptionStatus.parse(row.status),
    maxInFlight: row.maxInFlight,
    authentication: showCredentials(row),
    signingSecret: null,
    signingSecretSet: row.signingSecretSealed !== null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    health,
  };
}
