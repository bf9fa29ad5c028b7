/** The last change of a citizen (rule `citizen-deletion`). */
import type { Visibility } from '../access/visibility';
import { Prisma, databaseNow, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { refusal } from '../platform/errors';
import { newId } from '../platform/ids';
import type { EnqueuedDelivery } from '../outbox/enqueue';
import { PRIORITY } from '../outbox/priority';
import { beginErasure } from './erasure';
import { enqueueChange } from './recording/enqueue-for-subscribers';
import type { FixedBody } from './recording/fixed-bodies';
import { momentOf } from './recording/apply-change';
import { journalling } from './recording/journalling';
import { LOCKED_COLUMNS, type LockedCitizen } from './recording/lock-citizen';
import { renderEffectivePermissions } from './rendering/effective-permissions';
import { loadLabels } from './rendering/labels';
import { entriesOf, renderReceipt } from './rendering/receipt';
import { alteredKeys, diff, type Alterations } from './rules/diff';
import { NOTHING_IN_EFFECT, effectiveState, type EffectiveState } from './rules/effective-state';
import { loadDecidingTransactions, loadLatestAnswers } from './stored-state';

/** The deletion as it was recorded. */
export interface CitizenDeletion {
  readonly changeId: string;
  readonly sequence: number;
  /** The final webhooks. */
  readonly deliveries: readonly EnqueuedDelivery[];
}

/**
 * Deletes a citizen: queues one final webhook per active subscription that says nothing is in effect, cancels what was still to be
 * delivered, and erases everything else. What is more than a batch of that follows at once, but is neither shown nor sent from now on
 * ({@link beginErasure}). The row stays, without the `externalRef`, for the final webhooks; a new citizen can take the reference.
 * Run it in a transaction.
 * @throws ServiceError `citizen_not_found` for an unknown or deleted citizen.
 */
export async function deleteCitizen(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  id: string,
): Promise<CitizenDeletion> {
  const citizen = await lockForDeletion(tx, visible, id);
  const at = momentOf(citizen, await databaseNow(tx));
  const before = await stateBefore(tx, citizen);
  const altered = diff(before, NOTHING_IN_EFFECT);
  const fixedBody = await finalBodies(tx, citizen, altered, before);
  const change = {
    ...{ id: newId(), citizenId: id, sequence: citizen.lastSequence + 1 },
    ...{ kind: 'deletion', altered: alteredKeys(altered), recordedAt: at },
  };

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
  await tx.change.create({ data: change });
  await tx.$executeRaw(journalling(citizen.applicationId, change));
  const deliveries = await enqueueChange(tx, sealer, {
    applicationId: citizen.applicationId,
    citizen,
    altered,
    citizenId: id,
    changeId: change.id,
    sequence: change.sequence,
    priority: PRIORITY.withdrawal,
    isDeletion: true,
    fixedBody,
  });
  // After that, since it locks deliveries, and subscriptions are locked before those.
  await beginErasure(tx, id, change.id);
  return { changeId: change.id, sequence: change.sequence, deliveries };
}

/** FOR UPDATE is the strongest lock: a transaction that refers to the citizen by a foreign key waits for it too. */
async function lockForDeletion(tx: Tx, visible: Visibility, id: string): Promise<LockedCitizen> {
  const [citizen] = await tx.$queryRaw<LockedCitizen[]>(Prisma.sql`
    SELECT ${LOCKED_COLUMNS} FROM "Citizen" c
    WHERE "id" = ${id}::uuid AND "deletedAt" IS NULL AND ${visible.condition(Prisma.sql`"applicationId"`)}
    FOR UPDATE`);
  if (!citizen) throw refusal('citizen_not_found');
  return citizen;
}

/** What ends: the state as of the latest change, since that is what recipients know of. */
async function stateBefore(tx: Tx, { id, evaluatedAt }: LockedCitizen): Promise<EffectiveState> {
  const transactions = await loadDecidingTransactions(tx, { citizenId: id, from: evaluatedAt });
  return effectiveState(transactions, await loadLatestAnswers(tx, id), evaluatedAt);
}

/** Fixed now for both types: the ids in them are erased with the citizen. */
async function finalBodies(
  tx: Tx,
  { id: citizenId, applicationId, externalRef }: LockedCitizen,
  altered: Alterations,
  before: EffectiveState,
): Promise<FixedBody> {
  const labels = await loadLabels(tx, applicationId, entriesOf(altered));
  const envelope = { applicationId, citizenId, externalRef };
  return ({ updateType, altered: told, payloadPrevious }) =>
    Promise.resolve(
      updateType === 'consent-receipts'
        ? renderReceipt(envelope, told, labels, payloadPrevious ? before : undefined)
        : renderEffectivePermissions(envelope, NOTHING_IN_EFFECT, labels),
    );
}
