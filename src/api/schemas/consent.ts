/** Citizens and what they say, as callers write and see it. */
import { z } from 'zod';
import { OPTION_TYPES } from '../../consent/rules/keys';
import { JUSTIFICATIONS, PERMISSION_STATES } from '../../consent/rules/matrix';
import { coded } from '../../platform/field-problems';
import { id, instant, line } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { locale } from './catalogue';

export const externalRef = line(100).meta({ description: "The application's own reference of the citizen." });
const emailAddress = z.email().max(254);
const moment = instant.transform((text) => new Date(text));
const actor = z.strictObject({ id: line(200), name: line(200).nullish() }).meta({ id: 'Actor' });
/** A call records one change; larger ones would hold the citizen's lock for long. */
const MOST_ENTRIES = 500;

const permissionChange = z
  .strictObject({
    optionType: z.enum(OPTION_TYPES),
    optionId: line(100),
    justification: z.enum(JUSTIFICATIONS),
    state: z.enum(PERMISSION_STATES),
    validFrom: moment.nullish(),
    validUntil: moment.nullish(),
    obtainedAt: moment.nullish(),
  })
  .meta({ id: 'PermissionChange' });

const preferenceChange = z
  .strictObject({ preference: line(100), choices: z.array(line(100)).max(MOST_ENTRIES) })
  .meta({ id: 'PreferenceChange', description: 'No choices take an earlier answer back.' });

const changes = z.array(permissionChange).max(MOST_ENTRIES);
const preferences = z.array(preferenceChange).max(MOST_ENTRIES);

const whose = { applicationId, externalRef: externalRef.optional(), citizenId: id.optional() };

const provenance = {
  channel: line(200).nullish(),
  campaign: line(200).nullish(),
  privacyPolicyId: line(100).nullish(),
  permissionStatementId: line(100).nullish(),
  recordedBy: actor.nullish(),
  delegatedAuthority: actor.nullish(),
};

/** Consent that counts once it is confirmed by e-mail. */
const pending = {
  submitAsPending: z
    .boolean()
    .optional()
    .meta({
      description:
        'Records PENDING and asks the citizen by e-mail for the confirmation (double opt-in). Every change must be ' +
        '`consent` and `GRANTED`.',
    }),
  email: emailAddress.nullish().meta({
    description:
      'With `submitAsPending`: where the e-mail goes; stored with the citizen. Absent: the stored one.',
  }),
  locale: locale.nullish().meta({ description: 'With `submitAsPending`: as `email`.' }),
};

interface Pending {
  readonly submitAsPending?: boolean | undefined;
  readonly email?: string | null | undefined;
  readonly locale?: string | null | undefined;
}

/** An address in any other submission would be stored for nothing. */
function bringsAddressToUse(submission: Pending, context: z.RefinementCtx): void {
  if (submission.submitAsPending) return;
  for (const field of ['email', 'locale'] as const) {
    if (!submission[field]) continue;
    context.addIssue({ code: 'custom', path: [field], message: coded('only_with_submit_as_pending') });
  }
}

interface Whose {
  readonly externalRef?: string | undefined;
  readonly citizenId?: string | undefined;
}

/** A citizen is named one way, so that two names can't disagree. */
function namesOneCitizen({ externalRef: ref, citizenId }: Whose, context: z.RefinementCtx): void {
  if ((ref === undefined) !== (citizenId === undefined)) return;
  const message = coded(ref === undefined ? 'citizen_required' : 'citizen_ambiguous');
  context.addIssue({ code: 'custom', path: ['externalRef'], message });
}

export const transactionsInput = z
  .strictObject({ ...whose, changes: changes.min(1), ...provenance, ...pending })
  .superRefine(namesOneCitizen)
  .superRefine(bringsAddressToUse)
  .meta({ id: 'PermissionTransactions' });

export const submissionInput = z
  .strictObject({ ...whose, preferences: preferences.min(1) })
  .superRefine(namesOneCitizen)
  .meta({ id: 'PreferenceSubmission' });

export const consentStateInput = z
  .strictObject({
    ...whose,
    changes: changes.optional(),
    preferences: preferences.optional(),
    ...provenance,
    ...pending,
  })
  .superRefine(namesOneCitizen)
  .superRefine(bringsAddressToUse)
  .meta({ id: 'ConsentState' });

export const recordedChange = z
  .object({
    changeId: id,
    citizenId: id,
    transactionIds: z.array(id),
    submissionId: id.nullable(),
    deliveries: z.array(z.object({ id, subscriptionId: id })),
    optInId: id
      .optional()
      .meta({ description: 'With `submitAsPending`: the opt-in that waits for the confirmation.' }),
  })
  .meta({ id: 'RecordedChange' });

export const citizenInput = z
  .strictObject({
    applicationId,
    externalRef,
    email: emailAddress.nullish(),
    locale: locale.nullish(),
  })
  .meta({ id: 'CitizenInput' });

const citizen = { id, applicationId: z.string(), externalRef: z.string(), createdAt: z.iso.datetime() };

export const citizenSummary = z.object(citizen).meta({ id: 'CitizenSummary' });
export const citizenView = z
  .object({
    ...citizen,
    email: z.string().nullable(),
    locale: z.string().nullable(),
    lastChangeAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Citizen' });
