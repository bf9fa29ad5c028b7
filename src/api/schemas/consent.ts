/** Citizens and their consent, as callers write and see it. */
import { z } from 'zod';
import { OPTION_TYPES } from '../../consent/rules/keys';
import { JUSTIFICATIONS, PERMISSION_STATES } from '../../consent/rules/matrix';
import { coded } from '../../platform/field-problems';
import { exactMoment, line, mailAddress, moment, shownTime } from '../../platform/fields';
import { applicationId, subscriptionId } from '../../subscriptions/schema';
import { locale } from './applications';
import { fields } from './consent-fields';
import { changeId, citizenId, deliveryId, optInId, submissionId, transactionId } from './ids';

export const externalRef = line(100).meta({
  description:
    "The application's own reference of the citizen. It is compared as it is sent, character by character: small and capital letters, " +
    'spaces, and composed and decomposed letters (Unicode NFC, NFD) tell citizens apart.',
  examples: ['customer-4711'],
});
const emailAddress = mailAddress.meta({ examples: ['citizen@example.com'] });
const actor = z.strictObject({
  id: line(200).meta({ description: 'Their id in your systems.', examples: ['agent-7'] }),
  name: line(200)
    .nullish()
    .meta({ description: 'Their name at the time.', examples: ['Alex Example'] }),
});
/** A call records one change; larger ones would hold the citizen's lock for long. */
const MOST_ENTRIES = 500;

const permissionChange = z
  .strictObject({
    optionType: z.enum(OPTION_TYPES).meta(fields.optionType),
    optionId: line(100).meta(fields.optionId),
    justification: z.enum(JUSTIFICATIONS).meta(fields.justification),
    state: z.enum(PERMISSION_STATES).meta(fields.state),
    validFrom: moment.nullish().meta(fields.validFrom),
    validUntil: moment.nullish().meta(fields.validUntil),
    obtainedAt: exactMoment.nullish().meta({
      description:
        'When the citizen expressed it, to the microsecond; by default, when it is recorded. Of the transactions for an ' +
        'option or group the one obtained last is in effect. A time ahead of the clock counts as the time of recording; one ' +
        'more than five minutes ahead is refused.',
    }),
  })
  .meta({ id: 'PermissionChange', description: 'A permission transaction to record.' })
  .transform(({ obtainedAt, ...change }) => ({
    ...change,
    obtainedAt: obtainedAt?.at,
    obtainedMicros: obtainedAt?.micros,
  }));

const preferenceChange = z
  .strictObject({
    preference: line(100).meta({
      description: 'Reference of the preference.',
      examples: ['contact-frequency'],
    }),
    choices: z
      .array(line(100))
      .max(MOST_ENTRIES)
      .meta({ description: 'References of the choices made.', examples: [['weekly']] }),
  })
  .meta({
    id: 'PreferenceChange',
    description: 'An answer to a preference. No choices take an earlier answer back.',
  });

const changes = z.array(permissionChange).max(MOST_ENTRIES);
const preferences = z.array(preferenceChange).max(MOST_ENTRIES);
const aboutChanges = { description: 'Permission transactions to record.' };
const aboutPreferences = { description: 'Answers to preferences to record.' };

const whose = {
  applicationId,
  externalRef: externalRef.optional().meta({
    description:
      "The application's own reference of the citizen, who is created where unknown; or give `citizenId`.",
  }),
  citizenId: citizenId.optional().meta({ description: 'Id of the citizen; or give `externalRef`.' }),
};

const provenance = {
  channel: line(200).nullish().meta(fields.channel),
  campaign: line(200).nullish().meta(fields.campaign),
  privacyPolicyId: line(100).nullish().meta(fields.privacyPolicyId),
  permissionStatementId: line(100).nullish().meta(fields.permissionStatementId),
  recordedBy: actor.nullish().meta({ description: 'Who recorded it, such as an agent of a call centre.' }),
  delegatedAuthority: actor
    .nullish()
    .meta({ description: 'Who acted on behalf of the citizen, such as a guardian.' }),
};

const priority = z
  .enum(['normal', 'bulk'])
  .optional()
  .meta({
    description:
      '`bulk`: part of an import, whose webhooks give way to all others; what it takes away of consent that was in effect goes ' +
      'out first all the same. Absent: `normal`.',
    examples: ['bulk'],
  });

/** Consent that counts once it is confirmed by e-mail. */
const pending = {
  submitAsPending: z
    .boolean()
    .optional()
    .meta({
      description:
        'Records PENDING and asks the citizen by e-mail for the confirmation (double opt-in). Every change must be ' +
        '`consent` and `GRANTED`.',
      examples: [true],
    }),
  email: emailAddress.nullish().meta({
    description:
      'With `submitAsPending`: where the e-mail goes; stored with the citizen. Absent: the stored one.',
  }),
  locale: locale.nullish().meta({
    description:
      'With `submitAsPending`: language of the e-mail, as a BCP 47 tag; stored with the citizen. Absent: the stored one.',
  }),
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
function namesOneCitizen({ externalRef: ref, citizenId: citizen }: Whose, context: z.RefinementCtx): void {
  if ((ref === undefined) !== (citizen === undefined)) return;
  const message = coded(ref === undefined ? 'citizen_required' : 'citizen_ambiguous');
  context.addIssue({ code: 'custom', path: ['externalRef'], message });
}

export const transactionsInput = z
  .strictObject({
    ...whose,
    changes: changes.min(1).meta(aboutChanges),
    ...provenance,
    priority,
    ...pending,
  })
  .superRefine(namesOneCitizen)
  .superRefine(bringsAddressToUse)
  .meta({
    id: 'PermissionTransactions',
    description: 'Permission transactions of a citizen, recorded as one change.',
  });

export const submissionInput = z
  .strictObject({ ...whose, preferences: preferences.min(1).meta(aboutPreferences), priority })
  .superRefine(namesOneCitizen)
  .meta({ id: 'PreferenceSubmission', description: 'Answers of a citizen, recorded as one change.' });

export const consentStateInput = z
  .strictObject({
    ...whose,
    changes: changes.optional().meta(aboutChanges),
    preferences: preferences.optional().meta(aboutPreferences),
    ...provenance,
    priority,
    ...pending,
  })
  .superRefine(namesOneCitizen)
  .superRefine(bringsAddressToUse)
  .meta({
    id: 'ConsentState',
    description:
      'Permission transactions and answers of a citizen, recorded as one change. One of both is required.',
  });

export const recordedChange = z
  .object({
    changeId,
    citizenId,
    transactionIds: z.array(transactionId).meta({
      description:
        "Ids of the transactions, in the order of the request's changes; those that uphold objections follow.",
    }),
    submissionId: submissionId
      .nullable()
      .meta({ description: 'Id of the preference submission; `null` without preferences.' }),
    deliveries: z.array(z.object({ id: deliveryId, subscriptionId })).meta({
      description: 'The deliveries that will start; none where nothing in effect was altered.',
    }),
    optInId: optInId
      .optional()
      .meta({ description: 'With `submitAsPending`: the opt-in that waits for the confirmation.' }),
  })
  .meta({
    id: 'RecordedChange',
    description: 'A change that is committed, with the deliveries that it starts.',
  });

export const citizenInput = z
  .strictObject({
    applicationId,
    externalRef,
    email: emailAddress.nullish().meta({ description: 'Where double opt-in e-mails go; stored encrypted.' }),
    locale: locale.nullish().meta({ description: 'Language of e-mails, as a BCP 47 tag.' }),
  })
  .meta({ id: 'CitizenInput', description: 'A citizen to create.' });

const citizen = {
  id: citizenId,
  applicationId,
  externalRef,
  createdAt: shownTime('When the citizen was created.'),
};

export const citizenSummary = z
  .object(citizen)
  .meta({ id: 'CitizenSummary', description: 'A citizen as lists show them.' });
export const citizenView = z
  .object({
    ...citizen,
    email: z
      .string()
      .nullable()
      .meta({ description: 'Where double opt-in e-mails go.', examples: ['citizen@example.com'] }),
    locale: z
      .string()
      .nullable()
      .meta({ description: 'Language of e-mails, as a BCP 47 tag.', examples: ['en'] }),
    lastChangeAt: shownTime('When the latest change was recorded; `null`: none ever was.').nullable(),
  })
  .meta({ id: 'Citizen', description: 'A person whose consent is recorded.' });
