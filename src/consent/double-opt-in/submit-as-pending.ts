/** Records consent that counts only once the citizen has confirmed it by e-mail. */
import { Prisma, databaseNow } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { fieldProblem, invalid, refusal, type FieldProblem } from '../../platform/errors';
import type { StatementTx } from '../../platform/statement-transaction';
import type { PermissionChange, RecordChangeInput } from '../recording/input';
import { lockCitizen } from '../recording/lock-citizen';
import { recordChange, type RecordedChange } from '../recording/record-change';
import { readAddress, storeAddress } from './address';
import { findOpenItems } from './items';
import { joinOptIn } from './join-opt-in';

/** A submission, with the address it may bring. */
export type PendingSubmission = RecordChangeInput & {
  /** Where the e-mail goes; stored with the citizen. Absent: the stored one. */
  readonly email?: string | null | undefined;
  readonly locale?: string | null | undefined;
};

/** The recorded change, with the opt-in that waits for the confirmation. */
export interface PendingChange extends RecordedChange {
  readonly optInId: string;
}

/**
 * Records PENDING for every permission submitted, until the link expires, and makes an e-mail due that requests the
 * confirmation (rule `double-opt-in`). A further submission joins an opt-in under way, whose next e-mail covers everything.
 * Run it in a transaction.
 * @throws ServiceError `invalid_request` as `recordChange`, and for anything but consent that is granted from now on;
 *   without an e-mail address. `sender_missing` while the application has no sender.
 */
export async function submitAsPending(
  tx: StatementTx,
  sealer: Sealer,
  { email, locale, ...input }: PendingSubmission,
): Promise<PendingChange> {
  const changes = input.changes ?? [];
  const problems = checkChanges(changes);
  if (problems.length > 0) throw invalid(...problems);
  const citizen = await lockCitizen(tx, sealer, input);
  const { hasSender, confirmExpiryMs, confirmReminderMs } = await readOptInRules(tx, citizen.applicationId);
  if (!hasSender) throw refusal('sender_missing');
  await storeAddress(tx, sealer, citizen.id, { email, locale });
  if ((await readAddress(tx, sealer, citizen.id)).email === null) {
    throw invalid(fieldProblem('email', 'address_required'));
  }
  const now = await databaseNow(tx);
  const expiresAt = new Date(now.getTime() + confirmExpiryMs);
  const ended = changes.flatMap(({ validUntil }, index) =>
    validUntil && validUntil <= now ? [fieldProblem(pathOf(index, 'validUntil'), 'already_over')] : [],
  );
  if (ended.length > 0) throw invalid(...ended);

  const recorded = await recordChange(tx, sealer, {
    ...input,
    changes: changes.map((change) => asPending(change, expiresAt)),
  });
  const optInId = await joinOptIn(tx, {
    citizenId: citizen.id,
    applicationId: citizen.applicationId,
    expiresAt,
    now,
    reminderMs: confirmReminderMs,
    items: changes.map(({ validFrom, validUntil }, index) => ({
      transactionId: recorded.transactionIds[index] ?? '',
      validFrom: validFrom ?? null,
      validUntil: validUntil ?? null,
    })),
  });
  await requireInEffect(tx, optInId, recorded, changes);
  return { ...recorded, optInId };
}

interface OptInRules {
  readonly hasSender: boolean;
  readonly confirmExpiryMs: number;
  readonly confirmReminderMs: number | null;
}

async function readOptInRules(tx: StatementTx, applicationId: string): Promise<OptInRules> {
  const [rules] = await tx.$queryRaw<OptInRules[]>`
    SELECT "senderEmail" IS NOT NULL AS "hasSender", "confirmExpiryMs"::float8, "confirmReminderMs"::float8
    FROM "Application" WHERE "id" = ${applicationId}`;
  if (!rules) throw new Error('the application of a locked citizen is gone');
  return rules;
}

/** The PENDING is in effect at once, whenever the confirmed consent is to begin, and no longer than the link works. */
function asPending(change: PermissionChange, expiresAt: Date): PermissionChange {
  const { validUntil } = change;
  return {
    ...change,
    state: 'PENDING',
    validFrom: null,
    validUntil: validUntil && validUntil < expiresAt ? validUntil : expiresAt,
  };
}

function checkChanges(changes: readonly PermissionChange[]): FieldProblem[] {
  if (changes.length === 0) return [fieldProblem('changes', 'pending_change_required')];
  return changes.flatMap(({ justification, state, optionType, optionId, validFrom, validUntil }, index) => [
    ...(justification === 'consent'
      ? []
      : [fieldProblem(pathOf(index, 'justification'), 'pending_needs_consent')]),
    ...(state === 'GRANTED' ? [] : [fieldProblem(pathOf(index, 'state'), 'pending_needs_granted')]),
    ...(validFrom && validUntil && validUntil <= validFrom
      ? [fieldProblem(pathOf(index, 'validUntil'), 'not_after_valid_from')]
      : []),
    ...(changes.findIndex((other) => other.optionType === optionType && other.optionId === optionId) < index
      ? [fieldProblem(pathOf(index, 'optionId'), 'duplicate')]
      : []),
  ]);
}

/** Refuses a PENDING that is outranked from the start: it could never be confirmed. */
async function requireInEffect(
  tx: StatementTx,
  optInId: string,
  { transactionIds, changeId }: RecordedChange,
  changes: readonly PermissionChange[],
): Promise<void> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>(
    Prisma.sql`SELECT "recordedAt" AS "at" FROM "Change" WHERE "id" = ${changeId}::uuid`,
  );
  const open = await findOpenItems(tx, optInId, row?.at ?? new Date());
  const openIds = new Set(open.map(({ transaction }) => transaction.id));
  const outranked = changes.flatMap((_, index) =>
    openIds.has(transactionIds[index] ?? '')
      ? []
      : [fieldProblem(pathOf(index, 'obtainedAt'), 'pending_outranked')],
  );
  if (outranked.length > 0) throw invalid(...outranked);
}

function pathOf(index: number, field: keyof PermissionChange): string {
  return `changes.${index}.${field}`;
}
