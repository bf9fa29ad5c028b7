/** Transactions and answers for tests of the pure rules; what a test leaves out is as of a plain GRANTED. */
import fc from 'fast-check';
import type { PermissionTransaction, PreferenceAnswer } from '../../generated/prisma/client';

/** Midnight of a day, plus hours. */
export const at = (hours: number): Date => new Date(Date.UTC(2026, 0, 1) + hours * 3_600_000);

let made = 0;
const nextId = (): string => `id-${(made += 1)}`;

export function transaction(fields: Partial<PermissionTransaction> = {}): PermissionTransaction {
  const recordedAt = fields.recordedAt ?? at(0);
  return {
    id: nextId(),
    citizenId: 'citizen',
    changeId: 'change',
    sequence: 1,
    position: 0,
    applicationId: 'shop',
    optionType: 'option',
    optionId: 'newsletter',
    justification: 'consent',
    state: 'GRANTED',
    channel: null,
    campaign: null,
    privacyPolicyId: null,
    permissionStatementId: null,
    recordedById: null,
    recordedByName: null,
    recordedClientId: null,
    recordedClientName: null,
    delegatedAuthorityId: null,
    delegatedAuthorityName: null,
    obtainedAt: recordedAt,
    obtainedMicros: 0,
    validFrom: null,
    validUntil: null,
    ...fields,
    recordedAt,
  };
}

export function answer(fields: Partial<PreferenceAnswer> = {}): PreferenceAnswer {
  return {
    id: nextId(),
    submissionId: 'submission',
    citizenId: 'citizen',
    changeId: 'change',
    sequence: 1,
    applicationId: 'shop',
    preferenceRef: 'colour',
    choices: ['red'],
    updatedAt: at(0),
    ...fields,
  };
}

const hour = fc.integer({ min: 0, max: 12 });
const moment = hour.map(at);
const boundary = fc.option(moment, { nil: null });

/**
 * Histories as they are recorded: change by change, `recordedAt` never falling, few permissions and instants, so that ties,
 * overlaps and backdated transactions are frequent.
 */
export const history: fc.Arbitrary<PermissionTransaction[]> = fc
  .array(
    fc.record({
      optionId: fc.constantFrom('newsletter', 'profiling'),
      state: fc.constantFrom('GRANTED', 'DENIED', 'PENDING'),
      passed: fc.integer({ min: 0, max: 3 }),
      obtainedAt: boundary,
      obtainedMicros: fc.integer({ min: 0, max: 2 }),
      validFrom: boundary,
      validUntil: boundary,
      sameChange: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((recorded) => {
    let hours = 0;
    let sequence = 0;
    let position = 0;
    return recorded.map(({ passed, sameChange, obtainedAt, ...fields }) => {
      if (!sameChange || sequence === 0) {
        hours += passed;
        sequence += 1;
        position = 0;
      }
      position += 1;
      const recordedAt = at(hours);
      return transaction({ ...fields, recordedAt, obtainedAt: obtainedAt ?? recordedAt, sequence, position });
    });
  });

/** Any instant of the same stretch of time, between the boundaries too. */
export const instant: fc.Arbitrary<Date> = fc.integer({ min: -2, max: 28 }).map((half) => at(half / 2));
