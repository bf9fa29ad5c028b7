/** The bodies about a citizen's consent, as the webhooks send them and GET shows them. */
import { z } from 'zod';
import { OPTION_TYPES } from '../../consent/rules/keys';
import { JUSTIFICATIONS, PERMISSION_STATES } from '../../consent/rules/matrix';
import { shownTime } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { externalRef } from './consent';
import { fields } from './consent-fields';
import { citizenId, submissionId, transactionId } from './ids';
import { shownText } from './common';

const text = (description: string, example: string): z.ZodNullable<z.ZodString> =>
  shownText(description, example).nullable();

const permission = z
  .object({
    transactionId,
    optionType: z.string().meta({ ...fields.optionType, enum: [...OPTION_TYPES] }),
    optionId: z.string().meta(fields.optionId),
    justification: z.string().meta({ ...fields.justification, enum: [...JUSTIFICATIONS] }),
    state: z
      .string()
      .nullable()
      .meta({
        ...fields.state,
        enum: [...PERMISSION_STATES, null],
        description: `${fields.state.description} \`null\`, in receipts only: it went out of effect and nothing took its place.`,
      }),
    channel: z.string().nullable().meta(fields.channel),
    campaign: z.string().nullable().meta(fields.campaign),
    privacyPolicyId: z.string().nullable().meta(fields.privacyPolicyId),
    privacyPolicyRef: text('Reference of the privacy policy.', 'Privacy policy of January 2026'),
    permissionStatementId: z.string().nullable().meta(fields.permissionStatementId),
    permissionStatementRef: text('Reference of the permission statement.', 'Newsletter statement, version 3'),
    recordedBy: text('Id of who recorded it.', 'agent-7'),
    recordedByName: text('Name of who recorded it.', 'Alex Example'),
    recordedClient: text('Id of the API key, or of the administrator, that recorded it.', 'website'),
    recordedClientName: text('Name of the API key that recorded it.', 'Website'),
    delegatedAuthorityId: text('Id of who acted on behalf of the citizen.', 'guardian-1'),
    delegatedAuthorityName: text('Name of who acted on behalf of the citizen.', 'Robin Example'),
    recordedAt: shownTime('When it was recorded.'),
    obtainedAt: shownTime('When the citizen expressed it.'),
    validFrom: shownTime(fields.validFrom.description).nullable(),
    validUntil: shownTime(fields.validUntil.description).nullable(),
  })
  .meta({ id: 'EffectivePermission', description: 'A permission with the transaction that it comes from.' });

const preference = z
  .object({
    preference: shownText('Reference of the preference.', 'contact-frequency'),
    choices: z
      .array(
        z.object({
          reference: shownText('Reference of the choice.', 'weekly'),
          label: text('What people read; `null` once the catalogue lacks it.', 'Once a week'),
        }),
      )
      .meta({ description: 'The choices made; none, in receipts only: the answer was taken back.' }),
    label: text('What people read; `null` once the catalogue lacks it.', 'How often may we write to you?'),
    submissionId,
    updatedAt: shownTime('When the answer was recorded.'),
  })
  .meta({
    id: 'EffectivePreference',
    description: 'An answer to a preference with the submission that it comes from.',
  });

const asked =
  'Only where the subscription asks for it: what was in effect before the change; `null`: nothing was.';
const receiptPermission = permission
  .extend({ previous: permission.nullable().optional().meta({ description: asked }) })
  .meta({
    id: 'ReceiptPermission',
    description: 'A permission that was altered, with the transaction that it comes from.',
  });
const receiptPreference = preference
  .extend({ previous: preference.nullable().optional().meta({ description: asked }) })
  .meta({
    id: 'ReceiptPreference',
    description: 'A preference that was answered, with the submission that it comes from.',
  });

const body = {
  applicationId,
  citizenId,
  externalRef: externalRef.nullable().meta({
    description:
      "The application's own reference of the citizen; `null` in a webhook that tells of a deletion which it could not tell of for long.",
    examples: ['customer-4711'],
  }),
  permissions: z.array(permission).meta({ description: 'Permissions in effect; none where nothing is.' }),
  preferences: z
    .array(preference)
    .meta({ description: 'Preferences with an answer; none where nothing was answered.' }),
  sentAt: shownTime('When this body was made.'),
};

export const effectivePermissions = z.object(body).meta({
  id: 'EffectivePermissions',
  description: "The full state of a citizen's permissions and preferences.",
});

export const consentReceipt = z
  .object({
    ...body,
    permissions: z
      .array(receiptPermission)
      .optional()
      .meta({ description: 'Permissions that were altered; absent: none.' }),
    preferences: z
      .array(receiptPreference)
      .optional()
      .meta({ description: 'Preferences that were altered; absent: none.' }),
  })
  .meta({
    id: 'ConsentReceipt',
    description: "What a change altered of a citizen's permissions and preferences.",
  });
