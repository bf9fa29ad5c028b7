/** The body of the Citizen Emails webhook. */
import { z } from 'zod';
import { shownTime } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { shownText } from './common';
import { externalRef } from './consent';
import { citizenId, emailId, transactionId } from './ids';

const mailbox = z.object({
  email: z.string().meta({ description: 'The address.', examples: ['news@shop.example.com'] }),
  name: z
    .string()
    .nullable()
    .meta({ description: 'Name shown beside it.', examples: ['Acme Shop'] }),
});

export const citizenEmail = z
  .object({
    applicationId,
    citizenId,
    externalRef,
    emailId,
    type: z.literal('double-opt-in').meta({ description: 'Type of the e-mail.' }),
    transactionIds: z.array(transactionId).meta({ description: 'The transactions that it asks to confirm.' }),
    locale: shownText('Language that it is written in, as a BCP 47 tag.', 'en'),
    from: mailbox.meta({ description: 'Its sender.' }),
    to: z.array(mailbox).meta({ description: 'Whom it goes to.' }),
    replyTo: mailbox.nullable().meta({ description: 'Where answers go; `null`: to the sender.' }),
    subject: shownText('Subject line.', 'Please confirm your subscription'),
    text: shownText('The plain text form.', 'Please confirm: https://consent.example.com/confirm/…'),
    html: shownText('The HTML form.', '<p>Please confirm: …</p>'),
    headers: z
      .array(
        z.object({
          name: shownText('Name of the header.', 'X-Entity-Ref-ID'),
          value: shownText('Its value.', 'newsletter-1'),
        }),
      )
      .meta({ description: 'Headers that the e-mail should have beside.' }),
    confirmUrl: z.url().meta({
      description: 'The page that confirms or declines; only the citizen may see it.',
      examples: ['https://consent.example.com/confirm/sample-token'],
    }),
    expiresAt: shownTime('When the link ends; sending it later makes no sense.'),
    sentAt: shownTime('When this body was made.'),
  })
  .meta({ id: 'CitizenEmail', description: 'An e-mail to a citizen, ready to send.' });
