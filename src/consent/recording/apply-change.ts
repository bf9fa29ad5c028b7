/** The one step that turns what was recorded, or the passing of time, into a numbered change and its deliveries. */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import { Prisma } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { executeBehind, type StatementTx } from '../../platform/statement-transaction';
import type { EnqueuedDelivery } from '../../outbox/enqueue';
import { loadLabels } from '../rendering/labels';
import { entriesOf, renderReceipt } from '../rendering/receipt';
import { alteredKeys, diff } from '../rules/diff';
import { effectiveState, type EffectiveState } from '../rules/effective-state';
import { nextTransition } from '../rules/next-transition';
import type { CatalogueExcerpt } from './check-catalogue';
import { excerptLabels } from './excerpt-labels';
import { sealBodies, type FixedBody } from './fixed-bodies';
import type { LockedCitizen } from './lock-citizen';
import { readForChange, type ReadForChange } from './read-for-change';
import { priorityOfChange } from './priority-of-change';
import { planDeliveries, tellSubscribers, type ToldSubscriber } from './subscribers';
import { writeChange } from './write-change';

/** What a change adds to a citizen's history. A transition adds nothing: only time has passed. */
export interface NewChange {
  readonly changeId: string;
  readonly kind: 'recorded' | 'transition';
  /** Moment of the change: {@link momentOf}. */
  readonly at: Date;
  readonly transactions: readonly PermissionTransaction[];
  readonly answers: readonly PreferenceAnswer[];
  /** Part of an import: its deliveries give way to all others. */
  readonly isBulk?: boolean;
}

/** The database's time, but never before the citizen's latest change, should its clock be set back (rule `database-clock`). */
export function momentOf(citizen: LockedCitizen, now: Date): Date {
  return now < citizen.evaluatedAt ? citizen.evaluatedAt : now;
}

/** Reads what the change is decided by, then does as {@link applyRead}. */
export async function applyChange(
  tx: StatementTx,
  sealer: Sealer,
  citizen: LockedCitizen,
  newChange: NewChange,
): Promise<readonly EnqueuedDelivery[]> {
  const { transactions } = newChange;
  const read = await readForChange(tx, citizen, {
    permissions: transactions,
    preferences: [],
    policies: present(transactions.map(({ privacyPolicyId }) => privacyPolicyId)),
    statements: present(transactions.map(({ permissionStatementId }) => permissionStatementId)),
  });
  return applyRead(tx, sealer, citizen, read, newChange);
}

/**
 * Records the change under the citizen's next number and queues its deliveries. The state before is that of the latest
 * change's moment, so an ending that fell due since, and that no sweep has seen yet, is folded in.
 *
 * What was recorded takes a number even when it alters nothing in effect, but starts no delivery (rule `what-is-a-change`). A
 * transition that alters nothing is none: only the citizen's next one is noted.
 */
export async function applyRead(
  tx: StatementTx,
  sealer: Sealer,
  citizen: LockedCitizen,
  { catalogue, stored, formerAnswers, subscribers }: ReadForChange,
  { changeId, kind, at, transactions, answers, isBulk = false }: NewChange,
): Promise<readonly EnqueuedDelivery[]> {
  const all = [...stored, ...transactions];
  // Earlier answers are read only for who is told of them: an answer always takes the place of the one before.
  const before = effectiveState(stored, formerAnswers, citizen.evaluatedAt);
  const altered = diff(before, effectiveState(all, answers, at));
  const nextTransitionAt = nextTransition(all, at);
  const keys = alteredKeys(altered);
  if (kind === 'transition' && keys.length === 0) {
    await executeBehind(
      tx,
      Prisma.sql`
        UPDATE "Citizen" SET "evaluatedAt" = ${at}::timestamptz, "nextTransitionAt" = ${nextTransitionAt}::timestamptz
        WHERE "id" = ${citizen.id}::uuid`,
    );
    return [];
  }
  // Consent Receipts are fixed now, Effective Permissions rendered when they are sent (rule `rendered-when-sent`).
  const fixedBody: FixedBody = (subscriber) =>
    subscriber.updateType === 'consent-receipts'
      ? receiptOf(tx, citizen, subscriber, before, catalogue)
      : Promise.resolve(null);
  const told = tellSubscribers(subscribers, citizen, altered);
  const plan = await planDeliveries(
    told.filter((subscriber) => alteredKeys(subscriber.altered).length > 0),
    (active) => sealBodies(sealer, active, fixedBody),
  );
  const sequence = citizen.lastSequence + 1;
  await writeChange(tx, {
    applicationId: citizen.applicationId,
    change: { id: changeId, citizenId: citizen.id, sequence, kind, altered: keys, recordedAt: at },
    ...{ transactions, answers, nextTransitionAt, plan },
    priority: priorityOfChange(altered, before, isBulk),
  });
  return plan.deliveries.map(({ id, subscriptionId }) => ({ id, subscriptionId }));
}

async function receiptOf(
  tx: StatementTx,
  { applicationId, id: citizenId, externalRef }: LockedCitizen,
  { altered, payloadPrevious }: ToldSubscriber,
  before: EffectiveState,
  catalogue: CatalogueExcerpt,
): Promise<object> {
  const previous = payloadPrevious ? before : undefined;
  const entries = entriesOf(altered, previous);
  const labels = excerptLabels(catalogue, entries) ?? (await loadLabels(tx, applicationId, entries));
  return renderReceipt({ applicationId, citizenId, externalRef }, altered, labels, previous);
}

function present(ids: readonly (string | null)[]): string[] {
  return ids.filter((id) => id !== null);
}
