/** The last change of a citizen (rule `citizen-deletion`). */
import { cancelAndEraseCitizen } from '../outbox/transitions';
import { Prisma, databaseNow, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { newId } from '../platform/ids';
import type { EnqueuedDelivery } from '../outbox/enqueue';
import { PRIORITY } from '../outbox/priority';
import { enqueueChange } from './recording/enqueue-for-subscribers';
import { momentOf } from './recording/apply-change';
import type { LockedCitizen } from './recording/lock-citizen';
import { renderEffectivePermissions } from './rendering/effective-permissions';
import { loadLabels } from './rendering/labels';
import { renderReceipt } from './rendering/receipt';
import { alteredKeys, diff, type Alterations } from './rules/diff';
import { NOTHING_IN_EFFECT, effectiveState } from './rules/effective-state';
import { loadDecidingTransactions, loadLatestAnswers } from './stored-state';

/** The deletion as it was recorded. */
export interface CitizenDeletion {
  readonly changeId: string;
  readonly sequence: number;
  /** The final webhooks. */
  readonly deliveries: readonly EnqueuedDelivery[];
}

/** Why the citizen's unfinished deliveries are cancelled. */
export const CITIZEN_DELETED = 'citizen deleted';

/**
 * Deletes a citizen: cancels what was still to be delivered, queues one final webhook per active subscription that says
 * nothing is in effect, and erases everything else at once. The row stays, without the `externalRef`, for the final
 * webhooks; a new citizen can take the reference. Run it in a transaction.
 * @throws ServiceError `citizen_not_found` for an unknown or deleted citizen.
 */
export async function deleteCitizen(tx: Tx, sealer: Sealer, id: string): Promise<CitizenDeletion> {
  const citizen = await lockForDeletion(tx, id);
  const at = momentOf(citizen, await databaseNow(tx));
  const altered = await endingOf(tx, citizen);
  const final = await finalBodies(tx, citizen, altered);
  const change = { id: newId(), citizenId: id, sequence: citizen.lastSequence + 1 };

  await cancelAndEraseCitizen(tx, id, CITIZEN_DELETED);
  await erase(tx, id);
  await tx.citizen.update({
    where: { id },
    data: {
      externalRef: null,
      formerRef: sealer.fingerprints(citizen.externalRef, 'external-ref')[0],
      deletedAt: at,
      evaluatedAt: at,
      nextTransitionAt: null,
      lastSequence: change.sequence,
    },
  });
  await tx.change.create({
    data: { ...change, kind: 'deletion', altered: alteredKeys(altered), recordedAt: at },
  });
  const deliveries = await enqueueChange(tx, sealer, {
    applicationId: citizen.applicationId,
    citizenId: id,
    changeId: change.id,
    sequence: change.sequence,
    priority: PRIORITY.withdrawal,
    fixedBody: (updateType) => Promise.resolve(final[updateType]),
  });
  return { changeId: change.id, sequence: change.sequence, deliveries };
}

/** FOR UPDATE is the strongest lock: a transaction that refers to the citizen by a foreign key waits for it too. */
async function lockForDeletion(tx: Tx, id: string): Promise<LockedCitizen> {
  const [citizen] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
    SELECT "id", "applicationId", "externalRef", "lastSequence", "evaluatedAt", "nextTransitionAt" FROM "Citizen"
    WHERE "id" = ${id}::uuid AND "deletedAt" IS NULL FOR UPDATE`);
  if (!citizen) throw refusal('citizen_not_found');
  return citizen;
}

/** Everything that was in effect ends: as of the latest change, since that is what recipients know of. */
async function endingOf(tx: Tx, { id, evaluatedAt }: LockedCitizen): Promise<Alterations> {
  const transactions = await loadDecidingTransactions(tx, { citizenId: id, from: evaluatedAt });
  const answers = await loadLatestAnswers(tx, id);
  return diff(effectiveState(transactions, answers, evaluatedAt), NOTHING_IN_EFFECT);
}

/** Fixed now for both types: the ids in them are erased with the citizen. */
async function finalBodies(
  tx: Tx,
  { id: citizenId, applicationId, externalRef }: LockedCitizen,
  altered: Alterations,
): Promise<Record<'effective-permission' | 'consent-receipts', object>> {
  const labels = await loadLabels(tx, applicationId, {
    transactions: altered.permissions.map((entry) => entry.after ?? entry.before),
    answers: altered.preferences.map((entry) => entry.after ?? entry.before),
  });
  const envelope = { applicationId, citizenId, externalRef };
  return {
    'effective-permission': renderEffectivePermissions(envelope, NOTHING_IN_EFFECT, labels),
    'consent-receipts': renderReceipt(envelope, altered, labels),
  };
}

/**
 * Erases the citizen's consent, addresses, and what receivers answered. Attempts without an answer are passed over rather
 * than waited for: the transaction that records one may wait for the citizen in turn.
 */
async function erase(tx: Tx, citizenId: string): Promise<void> {
  const where = { citizenId };
  await tx.doubleOptIn.deleteMany({ where });
  await tx.permissionTransaction.deleteMany({ where });
  await tx.preferenceAnswer.deleteMany({ where });
  await tx.citizenAddress.deleteMany({ where });
  await tx.$executeRaw(Prisma.sql`
    UPDATE "Attempt" SET "responseHeaders" = NULL, "responseBodySealed" = NULL
    WHERE "deliveryId" IN (SELECT "id" FROM "Delivery" WHERE "citizenId" = ${citizenId}::uuid)
      AND ("responseHeaders" IS NOT NULL OR "responseBodySealed" IS NOT NULL)`);
}
