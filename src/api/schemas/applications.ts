/** Applications, as callers write and see them. */
import { z } from 'zod';
import { OBJECTION_MODES } from '../../consent/catalogue/applications';
import { coded } from '../../platform/field-problems';
import { line, mailAddress, shownTime } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { ignored } from './common';

const MAX_DURATION_MS = 366 * 86_400_000;
const durationMs = z.int().min(60_000).max(MAX_DURATION_MS);

/** Language, by BCP 47, as far as e-mails need it. */
export const locale = line(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, coded('invalid_locale'))
  .meta({ description: 'Language, as a BCP 47 tag.', examples: ['en'] });
export const webUrl = line(2_048).refine(
  (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
  coded('invalid_url'),
);
const mailboxAddress = { description: 'The address.', examples: ['news@shop.example.com'] };
const mailboxName = { description: 'Name shown beside the address.', examples: ['Acme Shop'] };
const mailbox = z.strictObject({
  email: mailAddress.meta(mailboxAddress),
  name: line(200).nullish().meta(mailboxName),
});
const shownMailbox = z.object({
  email: z.string().meta(mailboxAddress),
  name: z.string().nullable().meta(mailboxName),
});

const applicationName = { description: 'What people call it.', examples: ['Acme Shop'] };
const objections = {
  description:
    '`auto`: an objection is upheld at once; `manual`: it stays `OBJECTED` until somebody decides.',
  examples: ['auto'],
};
const sender = { description: 'Sender of e-mails; a double opt-in needs one.' };
const replyTo = { description: 'Where answers to e-mails go; `null`: to the sender.' };
const locales = {
  description: 'Languages of e-mails and of the confirm page; the first one is the default.',
  examples: [['en', 'de']],
};
const confirmPage = { description: 'Links of double opt-in e-mails, and the page that they open.' };
const expiryMs = {
  description: 'How long a link works, in milliseconds; 7 days by default.',
  examples: [604_800_000],
};
const reminderMs = {
  description: 'Time until the one reminder, in milliseconds, shorter than `expiryMs`; `null`: none is sent.',
  examples: [172_800_000],
};
const returnUrl = { description: 'Where the page leads back to.', examples: ['https://shop.example.com/'] };
const accent = { description: "Colour of the page's button.", examples: ['#1a5fb4'] };

export const applicationInput = z
  .strictObject({
    name: line(200).meta(applicationName),
    objections: z
      .enum(OBJECTION_MODES)
      .optional()
      .meta({ ...objections, description: `${objections.description} Default: \`auto\`.` }),
    sender: mailbox.nullish().meta(sender),
    replyTo: mailbox.nullish().meta(replyTo),
    locales: z
      .array(locale)
      .min(1)
      .max(50)
      .optional()
      .meta({ ...locales, description: `${locales.description} Default: \`["en"]\`.` }),
    confirmPage: z
      .strictObject({
        expiryMs: durationMs.optional().meta(expiryMs),
        reminderMs: durationMs.nullish().meta(reminderMs),
        returnUrl: webUrl.nullish().meta(returnUrl),
        accent: line(7)
          .regex(/^#[0-9a-fA-F]{6}$/, coded('invalid_colour'))
          .nullish()
          .meta(accent),
      })
      .optional()
      .meta(confirmPage),
    ...ignored('id', 'createdAt', 'updatedAt'),
  })
  .meta({
    id: 'ApplicationInput',
    description: 'An application to write; what is absent takes its default.',
  });

export const applicationView = z
  .object({
    id: applicationId,
    name: z.string().meta(applicationName),
    objections: z.enum(OBJECTION_MODES).meta(objections),
    sender: shownMailbox.nullable().meta(sender),
    replyTo: shownMailbox.nullable().meta(replyTo),
    locales: z.array(z.string()).meta(locales),
    confirmPage: z
      .object({
        expiryMs: z.int().meta(expiryMs),
        reminderMs: z.int().nullable().meta(reminderMs),
        returnUrl: z.string().nullable().meta(returnUrl),
        accent: z.string().nullable().meta(accent),
      })
      .meta(confirmPage),
    createdAt: shownTime('When it was created.'),
    updatedAt: shownTime('When it was last written.'),
  })
  .meta({ id: 'Application', description: 'An application; it can be written back as it is.' });
