/** The one step that turns what was recorded, or the passing of time, into a numbered change and its deliveries. */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import type { Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { loadLabels } from '../rendering/labels';
import { renderReceipt } from '../rendering/receipt';
import { alteredKeys, diff, type Alterations } from '../rules/diff';
import { effectiveState } from '../rules/effective-state';
import { nextTransition } from '../rules/next-transition';
import { loadDecidingTransactions } from '../stored-state';
import type { LockedCitizen } from './lock-citizen';
import type { EnqueuedDelivery } from '../../outbox/enqueue';
import { enqueueChange } from './enqueue-for-subscribers';
import { writeChange } from './write-change';

/** What a change adds to a citizen's history. A transition adds nothing: only time has passed. */
export interface NewChange {
  readonly changeId: string;
  readonly kind: 'recorded' | 'transition';
  /** Moment of the change: {@link momentOf}. */
  readonly at: Date;
  readonly transactions: readonly PermissionTransaction[];
  readonly answers: readonly PreferenceAnswer[];
}

/** The database's time, but never before the citizen's latest change, should its clock be set back (rule `database-clock`). */
export function momentOf(citizen: LockedCitizen, now: Date): Date {
  return now < citizen.evaluatedAt ? citizen.evaluatedAt : now;
}

/**
 * Records the change under the citizen's next number and queues its deliveries. The state before is that of the latest
 * change's moment, so an ending that fell due since, and that no sweep has seen yet, is folded in.
 *
 * What was recorded takes a number even when it alters nothing in effect, but starts no delivery (rule `what-is-a-change`). A
 * transition that alters nothing is none: only the citizen's next one is noted.
 */
export async function applyChange(
  tx: Tx,
  sealer: Sealer,
  citizen: LockedCitizen,
  newChange: NewChange,
): Promise<readonly EnqueuedDelivery[]> {
  const { changeId, kind, at, transactions, answers } = newChange;
  const stored = await loadDecidingTransactions(tx, {
    citizenId: citizen.id,
    from: citizen.evaluatedAt,
    // Without a transition ahead, permissions that this change does not touch can neither alter nor have one.
    ...(citizen.nextTransitionAt === null && { only: transactions }),
  });
  const all = [...stored, ...transactions];
  // Earlier answers are not read: an answer always takes the place of the one before.
  const altered = diff(effectiveState(stored, [], citizen.evaluatedAt), effectiveState(all, answers, at));
  const nextTransitionAt = nextTransition(all, at);
  const keys = alteredKeys(altered);
  if (kind === 'transition' && keys.length === 0) {
    await tx.citizen.update({ where: { id: citizen.id }, data: { evaluatedAt: at, nextTransitionAt } });
    return [];
  }
  const sequence = citizen.lastSequence + 1;
  const change = { id: changeId, citizenId: citizen.id, sequence, kind, altered: keys, recordedAt: at };
  await writeChange(tx, { change, transactions, answers, nextTransitionAt });
  if (keys.length === 0) return [];
  return enqueueChange(tx, sealer, {
    applicationId: citizen.applicationId,
    citizenId: citizen.id,
    changeId,
    sequence,
    // Consent Receipts are fixed now, Effective Permissions rendered when they are sent (rule `rendered-when-sent`).
    fixedBody: (updateType) =>
      updateType === 'consent-receipts' ? receiptOf(tx, citizen, altered) : Promise.resolve(null),
  });
}

async function receiptOf(tx: Tx, citizen: LockedCitizen, altered: Alterations): Promise<object> {
  const { applicationId, id: citizenId, externalRef } = citizen;
  const labels = await loadLabels(tx, applicationId, {
    transactions: altered.permissions.map((entry) => entry.after ?? entry.before),
    answers: altered.preferences.map((entry) => entry.after ?? entry.before),
  });
  return renderReceipt({ applicationId, citizenId, externalRef }, altered, labels);
}
