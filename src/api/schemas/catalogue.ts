/** Applications and their catalogues, as callers write and see them. */
import { z } from 'zod';
import { OBJECTION_MODES } from '../../consent/catalogue/applications';
import { PREFERENCE_TYPES } from '../../consent/catalogue/preferences';
import { EMAIL_TYPES, TEMPLATE_LIMITS } from '../../emails/template';
import { coded } from '../../platform/field-problems';
import { line, prose } from '../../platform/fields';
import { ignored } from './common';

const MAX_DURATION_MS = 366 * 86_400_000;
const durationMs = z.int().min(60_000).max(MAX_DURATION_MS);

/** BCP 47, as far as e-mails need it. */
export const locale = line(35).regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, coded('invalid_locale'));
const webUrl = line(2_048).refine(
  (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
  coded('invalid_url'),
);
const mailbox = z.strictObject({
  email: z.email().max(254),
  name: line(200).nullish(),
});
const shownMailbox = z.object({ email: z.string(), name: z.string().nullable() }).nullable();

export const applicationInput = z
  .strictObject({
    name: line(200),
    objections: z
      .enum(OBJECTION_MODES)
      .optional()
      .meta({ description: '`auto` (default): an objection is upheld at once; `manual`: somebody decides.' }),
    sender: mailbox.nullish(),
    replyTo: mailbox.nullish(),
    locales: z
      .array(locale)
      .min(1)
      .max(50)
      .optional()
      .meta({ description: 'The first one is the default; `["en"]`.' }),
    confirmPage: z
      .strictObject({
        expiryMs: durationMs.optional(),
        reminderMs: durationMs.nullish(),
        returnUrl: webUrl.nullish(),
        accent: line(7)
          .regex(/^#[0-9a-fA-F]{6}$/, coded('invalid_colour'))
          .nullish(),
      })
      .optional(),
    ...ignored('id', 'createdAt', 'updatedAt'),
  })
  .meta({ id: 'ApplicationInput' });

export const applicationView = z
  .object({
    id: z.string(),
    name: z.string(),
    objections: z.enum(OBJECTION_MODES),
    sender: shownMailbox,
    replyTo: shownMailbox,
    locales: z.array(z.string()),
    confirmPage: z.object({
      expiryMs: z.int(),
      reminderMs: z.int().nullable(),
      returnUrl: z.string().nullable(),
      accent: z.string().nullable(),
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Application' });

const entry = { id: z.string(), applicationId: z.string() };
const ignoredEntry = ignored('id', 'applicationId');

export const optionInput = z.strictObject({ name: line(200), ...ignoredEntry }).meta({ id: 'OptionInput' });
export const optionView = z.object({ ...entry, name: z.string() }).meta({ id: 'Option' });

export const optionGroupInput = z
  .strictObject({ name: line(200), optionIds: z.array(line(100)).max(500), ...ignoredEntry })
  .meta({ id: 'OptionGroupInput' });
export const optionGroupView = z
  .object({ ...entry, name: z.string(), optionIds: z.array(z.string()) })
  .meta({ id: 'OptionGroup' });

export const privacyPolicyInput = z
  .strictObject({ reference: line(200), name: line(200), url: webUrl.nullish(), ...ignoredEntry })
  .meta({ id: 'PrivacyPolicyInput' });
export const privacyPolicyView = z
  .object({ ...entry, reference: z.string(), name: z.string(), url: z.string().nullable() })
  .meta({ id: 'PrivacyPolicy' });

export const permissionStatementInput = z
  .strictObject({ reference: line(200), text: prose(20_000), ...ignoredEntry })
  .meta({ id: 'PermissionStatementInput' });
export const permissionStatementView = z
  .object({ ...entry, reference: z.string(), text: z.string() })
  .meta({ id: 'PermissionStatement' });

const choice = z.strictObject({ reference: line(100), label: line(200) });

export const preferenceInput = z
  .strictObject({
    label: line(200),
    type: z.enum(PREFERENCE_TYPES),
    choices: z.array(choice).min(1).max(500),
    ...ignored('reference', 'applicationId'),
  })
  .meta({ id: 'PreferenceInput' });
export const preferenceView = z
  .object({
    reference: z.string(),
    applicationId: z.string(),
    label: z.string(),
    type: z.enum(PREFERENCE_TYPES),
    choices: z.array(z.object({ reference: z.string(), label: z.string() })),
  })
  .meta({ id: 'Preference' });

export const emailTemplateInput = z
  .strictObject({
    subject: line(TEMPLATE_LIMITS.subject),
    mjml: prose(TEMPLATE_LIMITS.mjml),
    text: prose(TEMPLATE_LIMITS.text),
    ...ignored('applicationId', 'type', 'locale', 'updatedAt'),
  })
  .meta({
    id: 'EmailTemplateInput',
    description: 'Liquid in all three, in MJML the one that becomes HTML (docs/email.md).',
  });
export const emailTemplateView = z
  .object({
    applicationId: z.string(),
    type: z.enum(EMAIL_TYPES),
    locale: z.string(),
    subject: z.string(),
    mjml: z.string(),
    text: z.string(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'EmailTemplate' });
export const renderedEmail = z
  .object({ subject: z.string(), html: z.string(), text: z.string() })
  .meta({ id: 'RenderedEmail' });
