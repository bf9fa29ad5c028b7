/** The documented webhook bodies: exactly these fields, in this order, never extended (rule `body-as-documented`). */
import { formatInstant } from '../../platform/instant';
import type { Labels } from './labels';
import type { PermissionTransaction, PreferenceAnswer } from '../../../generated/prisma/client';

/** Whom a body is about. */
export interface Envelope {
  readonly applicationId: string;
  readonly citizenId: string;
  readonly externalRef: string;
}

/** One permission. Times are ISO 8601 in UTC with milliseconds; `obtainedAt` with microseconds where the caller gave some. */
export interface PermissionEntry {
  readonly transactionId: string;
  readonly optionType: string;
  readonly optionId: string;
  readonly justification: string;
  /** Null in a receipt: it went out of effect with nothing in its place. */
  readonly state: string | null;
  readonly channel: string | null;
  readonly campaign: string | null;
  readonly privacyPolicyId: string | null;
  readonly privacyPolicyRef: string | null;
  readonly permissionStatementId: string | null;
  readonly permissionStatementRef: string | null;
  readonly recordedBy: string | null;
  readonly recordedByName: string | null;
  readonly recordedClient: string | null;
  readonly recordedClientName: string | null;
  readonly delegatedAuthorityId: string | null;
  readonly delegatedAuthorityName: string | null;
  readonly recordedAt: string;
  readonly obtainedAt: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/** One preference with the choices made. */
export interface PreferenceEntry {
  readonly preference: string;
  readonly choices: readonly { readonly reference: string; readonly label: string | null }[];
  readonly label: string | null;
  readonly submissionId: string;
  readonly updatedAt: string;
}

/** The body as sent: `sentAt` is the last field, and the sender's. */
export type Sent<Body> = Body & { readonly sentAt: string };

/** The body with the moment of its sending. */
export function withSentAt<Body extends Envelope>(body: Body, at: Date): Sent<Body> {
  return { ...body, sentAt: at.toISOString() };
}

/** The entry of a permission; `state` is the transaction's own unless it went out of effect. */
export function permissionEntry(
  transaction: PermissionTransaction,
  labels: Labels,
  state: string | null = transaction.state,
): PermissionEntry {
  const { privacyPolicyId, permissionStatementId } = transaction;
  return {
    transactionId: transaction.id,
    optionType: transaction.optionType,
    optionId: transaction.optionId,
    justification: transaction.justification,
    state,
    channel: transaction.channel,
    campaign: transaction.campaign,
    privacyPolicyId,
    privacyPolicyRef: reference(labels.policies, privacyPolicyId),
    permissionStatementId,
    permissionStatementRef: reference(labels.statements, permissionStatementId),
    recordedBy: transaction.recordedById,
    recordedByName: transaction.recordedByName,
    recordedClient: transaction.recordedClientId,
    recordedClientName: transaction.recordedClientName,
    delegatedAuthorityId: transaction.delegatedAuthorityId,
    delegatedAuthorityName: transaction.delegatedAuthorityName,
    recordedAt: transaction.recordedAt.toISOString(),
    obtainedAt: formatInstant(transaction.obtainedAt, transaction.obtainedMicros),
    validFrom: transaction.validFrom?.toISOString() ?? null,
    validUntil: transaction.validUntil?.toISOString() ?? null,
  };
}

/** The entry of a preference; `choices` are the answer's own unless it was taken away. */
export function preferenceEntry(
  answer: PreferenceAnswer,
  labels: Labels,
  choices: readonly string[] = answer.choices,
): PreferenceEntry {
  const labelled = labels.preferences.get(answer.preferenceRef);
  return {
    preference: answer.preferenceRef,
    choices: choices.map((reference) => ({ reference, label: labelled?.choices.get(reference) ?? null })),
    label: labelled?.label ?? null,
    submissionId: answer.submissionId,
    updatedAt: answer.updatedAt.toISOString(),
  };
}

function reference(references: ReadonlyMap<string, string>, id: string | null): string | null {
  return id === null ? null : (references.get(id) ?? null);
}
