import type { Database } from '../../src/platform/database';
import { newId } from '../../src/platform/ids';

/** Puts a subscription to Consent Receipts into the database, of a new application unless a test names one. */
export async function putSubscription(
  db: Database,
  { status = 'active', applicationId }: { status?: string; applicationId?: string } = {},
): Promise<{ id: string; applicationId: string }> {
  const id = newId();
  const application = { id: applicationId ?? `app-${id.slice(-12)}`, name: 'Shop' };
  if (applicationId === undefined) await db.application.create({ data: application });
  await db.subscription.create({
    data: {
      ...{ id, applicationId: application.id, name: 'CRM', url: 'http://receiver.test', status },
      ...{ updateType: 'consent-receipts', authType: 'none', signingSecretSealed: '' },
    },
  });
  return { id, applicationId: application.id };
}

/** What a test sets of a delivery; the rest is as of one that waits for its hour. */
export interface DeliveryState {
  readonly status?: string;
  readonly outboxAction?: string | null;
  readonly outboxDueAt?: Date;
  readonly nextAttemptAt?: Date;
  readonly priority?: number;
  readonly createdAt?: Date;
  readonly finishedAt?: Date;
  readonly lastStatusCode?: number;
}

/** Puts deliveries of a subscription into the database, with a citizen and change of their own. Ids in their order. */
export async function putDeliveries(
  db: Database,
  subscription: { id: string; applicationId: string },
  states: readonly DeliveryState[],
): Promise<string[]> {
  const { id: subscriptionId, applicationId } = subscription;
  const citizenId = newId();
  const changeId = newId();
  await db.citizen.create({ data: { id: citizenId, applicationId, externalRef: citizenId } });
  await db.change.create({
    data: { id: changeId, citizenId, sequence: 1, kind: 'recorded', recordedAt: new Date() },
  });
  const rows = states.map(({ status = 'waiting', outboxAction = null, ...rest }) => ({
    id: newId(),
    ...{ subscriptionId, applicationId, citizenId, changeId, sequence: 1, updateType: 'consent-receipts' },
    ...{ status, outboxAction, outboxDueAt: outboxAction === null ? null : new Date(), ...rest },
  }));
  await db.delivery.createMany({ data: rows });
  return rows.map(({ id }) => id);
}
