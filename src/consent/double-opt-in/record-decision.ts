/** Records that a citizen confirms or declines. */
import type { PermissionTransaction, Prisma } from '../../../generated/prisma/client';
import type { Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import { applyChange } from '../recording/apply-change';
import { closeOptIn } from './close-opt-in';
import { describe, type Confirmation, type Decision } from './confirmation';
import { describeItems } from './describe-items';
import { findOpenItems, type OptInItem } from './items';
import { lockConfirmation } from './lock-confirmation';
import type { LockedOptIn } from './lock-opt-in';
import { networkOf } from './network';

/** What came with the form. */
export interface GivenDecision {
  readonly token: string;
  readonly decision: Decision;
  /** As the page had it. */
  readonly shown: number;
  /** The caller's address; shortened before it is stored. */
  readonly address: string | undefined;
  /** Language of the page. */
  readonly language: string;
}

/** The confirmation afterwards. `done` is true when this call recorded the decision, and false when there was nothing to record. */
export type DecisionOutcome = Confirmation & { readonly done: boolean };

/** The channel of decisions made on the page. */
const CHANNEL = 'double-opt-in';

/**
 * Records GRANTED or DENIED for every item that the page showed and that still waits, as an ordinary change, and keeps the
 * evidence (rule `double-opt-in`). Run it in a transaction. The link counts once, and only while its PENDING is in effect:
 * the citizen is locked, so nothing can be recorded between the check and the decision.
 */
export async function recordDecision(
  tx: Tx,
  sealer: Sealer,
  given: GivenDecision,
): Promise<DecisionOutcome | undefined> {
  const locked = await lockConfirmation(tx, given.token);
  if (!locked) return undefined;
  const { optIn, email, at } = locked;
  const before = await describe(tx, sealer, locked);
  if (before.state.kind !== 'open') return { ...before, done: false };
  const open = await findOpenItems(tx, optIn.id, at);
  const decided = open.filter(({ transaction }) => transaction.sequence <= given.shown);
  if (decided.length === 0) return { ...before, done: false };

  const changeId = newId();
  const transactions = decided.map((item, index) =>
    decidedTransaction(item, given.decision, index, changeId, locked),
  );
  await applyChange(tx, sealer, locked.citizen, {
    changeId,
    kind: 'recorded',
    at,
    transactions,
    answers: [],
  });
  await keepEvidence(tx, locked, email.id, given, changeId, transactions);
  await tx.email.update({ where: { id: email.id }, data: { usedAt: at } });
  await tx.doubleOptInItem.updateMany({
    where: { optInId: optIn.id, transactionId: { in: decided.map(({ transaction }) => transaction.id) } },
    data: { decidedAt: at },
  });
  // What was submitted after the page was shown still waits: a later e-mail asks for it.
  if (decided.length === open.length) await closeOptIn(tx, optIn.id, given.decision, at);
  return { ...before, state: { kind: 'decided', decision: given.decision, at }, done: true };
}

/** The transaction that takes the place of a PENDING one, for the same permission. */
function decidedTransaction(
  { transaction, validFrom, validUntil }: OptInItem,
  decision: Decision,
  index: number,
  changeId: string,
  { citizen, at }: LockedOptIn,
): PermissionTransaction {
  const granted = decision === 'confirmed';
  return {
    ...transaction,
    id: newId(),
    changeId,
    sequence: citizen.lastSequence + 1,
    position: index * 2,
    state: granted ? 'GRANTED' : 'DENIED',
    channel: CHANNEL,
    recordedById: null,
    recordedByName: null,
    recordedClientId: null,
    recordedClientName: null,
    recordedAt: at,
    obtainedAt: at,
    obtainedMicros: 0,
    validFrom: granted ? validFrom : null,
    validUntil: granted ? validUntil : null,
  };
}

async function keepEvidence(
  tx: Tx,
  { optIn, at }: LockedOptIn,
  emailId: string,
  given: GivenDecision,
  changeId: string,
  transactions: readonly PermissionTransaction[],
): Promise<void> {
  const shown = await describeItems(tx, optIn.applicationId, transactions);
  await tx.doubleOptInDecision.create({
    data: {
      ...{ id: newId(), optInId: optIn.id, emailId, decision: given.decision, decidedAt: at, changeId },
      ...{ network: networkOf(given.address), language: given.language },
      shown: shown as unknown as Prisma.InputJsonValue,
    },
  });
}
