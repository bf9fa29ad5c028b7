/** What an application's e-mails say, as callers write and see it. */
import { z } from 'zod';
import { EMAIL_TYPES, TEMPLATE_LIMITS } from '../../emails/template';
import { line, prose, shownTime } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { locale } from './applications';
import { ignored } from './common';

const subject = {
  description: 'Subject line, in Liquid.',
  examples: ['Please confirm, {{ application.name }}'],
};
const mjml = { description: 'MJML in Liquid, which becomes HTML.' };
const templateText = {
  description: 'Plain text, in Liquid.',
  examples: ['Please confirm: {{ confirmUrl }}'],
};

/** Types of e-mails that have a template. */
export const emailType = z
  .enum(EMAIL_TYPES)
  .meta({ description: 'Type of the e-mail.', examples: ['double-opt-in'] });

export const emailTemplateInput = z
  .strictObject({
    subject: line(TEMPLATE_LIMITS.subject).meta(subject),
    mjml: prose(TEMPLATE_LIMITS.mjml).meta(mjml),
    text: prose(TEMPLATE_LIMITS.text).meta(templateText),
    ...ignored('applicationId', 'type', 'locale', 'updatedAt'),
  })
  .meta({
    id: 'EmailTemplateInput',
    description:
      'An e-mail template to write. Liquid in all three parts, in MJML the one that becomes HTML; docs/email.md lists the values.',
  });
export const emailTemplateView = z
  .object({
    applicationId,
    type: emailType,
    locale,
    subject: z.string().meta(subject),
    mjml: z.string().meta(mjml),
    text: z.string().meta(templateText),
    updatedAt: shownTime('When it was last written.'),
  })
  .meta({ id: 'EmailTemplate', description: "An application's own template of an e-mail." });
export const builtInTemplate = emailTemplateView
  .pick({ locale: true, subject: true, mjml: true, text: true })
  .meta({
    id: 'BuiltInEmailTemplate',
    description: 'The template of an e-mail that every application begins with.',
  });
export const renderedEmail = z
  .object({
    subject: z.string().meta({ description: 'Subject line.' }),
    html: z.string().meta({ description: 'The HTML form.' }),
    text: z.string().meta({ description: 'The plain text form.' }),
  })
  .meta({ id: 'RenderedEmail', description: 'An e-mail as a citizen would get it.' });
