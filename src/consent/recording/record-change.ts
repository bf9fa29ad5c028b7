/** Records permission transactions and preference answers of a citizen. */
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';
import type { Sealer } from '../../platform/encryption';
import { invalid } from '../../platform/errors';
import { newId } from '../../platform/ids';
import type { StatementTx } from '../../platform/statement-transaction';
import { checkAgainstCatalogue, type CatalogueExcerpt } from './check-catalogue';
import { checkInput } from './check-input';
import type { PermissionChange, RecordChangeInput } from './input';
import type { LockedCitizen } from './lock-citizen';
import type { EnqueuedDelivery } from '../../outbox/enqueue';
import { momentOf, applyRead } from './apply-change';
import type { QueueHead } from './pace';
import { lockAndRead, type NamedByChange } from './read-for-change';

/** What was recorded, with the deliveries that will start. */
export interface RecordedChange {
  readonly changeId: string;
  readonly citizenId: string;
  /** In the order of the request's changes; those of upheld objections follow. */
  readonly transactionIds: readonly string[];
  /** Null without preferences. */
  readonly submissionId: string | null;
  /** The change's number, dense per citizen. */
  readonly sequence: number;
  readonly deliveries: readonly EnqueuedDelivery[];
  /** What its deliveries stand behind. */
  readonly queueHead: QueueHead | null;
}

/**
 * Records permission transactions and a preference submission as one change of a citizen.
 *
 * Run it in a transaction and answer only after its commit: then every active subscription's delivery will start. A
 * citizen unknown by `externalRef` is created.
 * @throws ServiceError `invalid_request` naming every field that breaks a rule or that the catalogue lacks; roll back then.
 */
export async function recordChange(
  tx: StatementTx,
  sealer: Sealer,
  input: RecordChangeInput,
): Promise<RecordedChange> {
  const problems = checkInput(input);
  if (problems.length > 0) throw invalid(...problems);
  const { citizen, read } = await lockAndRead(tx, sealer, input, namedBy(input));
  const { catalogue } = read;
  const refused = checkAgainstCatalogue(input, catalogue);
  if (refused.length > 0) throw invalid(...refused);

  const context = {
    changeId: newId(),
    citizen,
    at: momentOf(citizen, catalogue.now),
    sequence: citizen.lastSequence + 1,
  };
  const submitted = (input.changes ?? []).map((change, index) =>
    transactionOf(input, change, index, context),
  );
  const upheld = catalogue.objections === 'manual' ? [] : submitted.flatMap(upholdObjection);
  const answers = answersOf(input, catalogue, context);
  const deliveries = await applyRead(tx, sealer, citizen, read, {
    changeId: context.changeId,
    kind: 'recorded',
    at: context.at,
    transactions: [...submitted, ...upheld],
    answers,
    isBulk: input.priority === 'bulk',
  });
  return {
    changeId: context.changeId,
    citizenId: citizen.id,
    transactionIds: [...submitted, ...upheld].map(({ id }) => id),
    submissionId: answers[0]?.submissionId ?? null,
    sequence: context.sequence,
    deliveries,
    queueHead: read.queueHead,
  };
}

function namedBy(input: RecordChangeInput): NamedByChange {
  const { changes = [], preferences = [], privacyPolicyId, permissionStatementId } = input;
  return {
    permissions: changes,
    preferences: preferences.map(({ preference }) => preference),
    policies: privacyPolicyId ? [privacyPolicyId] : [],
    statements: permissionStatementId ? [permissionStatementId] : [],
  };
}

interface Context {
  readonly changeId: string;
  readonly citizen: LockedCitizen;
  readonly at: Date;
  readonly sequence: number;
}

function transactionOf(
  input: RecordChangeInput,
  change: PermissionChange,
  index: number,
  context: Context,
): PermissionTransaction {
  return {
    id: newId(),
    citizenId: context.citizen.id,
    changeId: context.changeId,
    sequence: context.sequence,
    // Every other place is free for the upholding of the objection before it.
    position: index * 2,
    applicationId: context.citizen.applicationId,
    optionType: change.optionType,
    optionId: change.optionId,
    justification: change.justification,
    state: change.state,
    channel: input.channel ?? null,
    campaign: input.campaign ?? null,
    privacyPolicyId: input.privacyPolicyId ?? null,
    permissionStatementId: input.permissionStatementId ?? null,
    recordedById: input.recordedBy?.id ?? null,
    recordedByName: input.recordedBy?.name ?? null,
    recordedClientId: input.recordedClient?.id ?? null,
    recordedClientName: input.recordedClient?.name ?? null,
    delegatedAuthorityId: input.delegatedAuthority?.id ?? null,
    delegatedAuthorityName: input.delegatedAuthority?.name ?? null,
    recordedAt: context.at,
    obtainedAt: change.obtainedAt ?? context.at,
    obtainedMicros: change.obtainedMicros ?? 0,
    validFrom: change.validFrom ?? null,
    validUntil: change.validUntil ?? null,
  };
}

/** Upholds an objection at once, by a transaction of the same change that outranks only the objection (rule `objections-upheld`). */
function upholdObjection(transaction: PermissionTransaction): PermissionTransaction[] {
  if (transaction.state !== 'OBJECTED') return [];
  return [{ ...transaction, id: newId(), state: 'OBJECTION_UPHELD', position: transaction.position + 1 }];
}

function answersOf(
  { preferences = [] }: RecordChangeInput,
  catalogue: CatalogueExcerpt,
  context: Context,
): PreferenceAnswer[] {
  const submissionId = newId();
  return preferences.map(({ preference, choices }) => ({
    id: newId(),
    submissionId,
    citizenId: context.citizen.id,
    changeId: context.changeId,
    sequence: context.sequence,
    applicationId: context.citizen.applicationId,
    preferenceRef: preference,
    choices: (catalogue.preferences.get(preference)?.choices ?? [])
      .map(({ reference }) => reference)
      .filter((choice) => choices.includes(choice)),
    updatedAt: context.at,
  }));
}
