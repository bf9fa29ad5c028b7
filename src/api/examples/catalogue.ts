/** Bodies to send, chapter one: the shop `acme-shop` and what it can ask its customers for. */
import type { z } from 'zod';
import type { Examples } from '../route';
import type { applicationInput } from '../schemas/applications';
import type * as schemas from '../schemas/catalogue';
import type { emailTemplateInput } from '../schemas/email-templates';

export const application = {
  shop: {
    summary: 'A shop that can ask for confirmations by e-mail',
    value: {
      name: 'Acme Shop',
      sender: { email: 'news@shop.example.com', name: 'Acme Shop' },
      replyTo: { email: 'support@shop.example.com' },
      locales: ['en', 'de'],
      confirmPage: { returnUrl: 'https://shop.example.com/', accent: '#1a5fb4' },
    },
  },
} satisfies Examples<z.input<typeof applicationInput>>;

export const option = {
  newsletter: { summary: 'The newsletter', value: { name: 'Newsletter' } },
} satisfies Examples<z.input<typeof schemas.optionInput>>;

export const optionGroup = {
  marketing: { summary: 'A group of one option', value: { name: 'Marketing', optionIds: ['newsletter'] } },
} satisfies Examples<z.input<typeof schemas.optionGroupInput>>;

export const privacyPolicy = {
  policy: {
    summary: 'A policy that can be read on the web',
    value: {
      reference: 'Privacy policy of January 2026',
      name: 'Privacy policy',
      url: 'https://shop.example.com/privacy',
    },
  },
} satisfies Examples<z.input<typeof schemas.privacyPolicyInput>>;

export const permissionStatement = {
  statement: {
    summary: 'The words beside the checkbox',
    value: { reference: 'Newsletter statement, version 3', text: 'Yes, send me the newsletter once a week.' },
  },
} satisfies Examples<z.input<typeof schemas.permissionStatementInput>>;

export const preference = {
  frequency: {
    summary: 'A question with three choices',
    value: {
      label: 'How often may we write to you?',
      type: 'single',
      choices: [
        { reference: 'daily', label: 'Every day' },
        { reference: 'weekly', label: 'Once a week' },
        { reference: 'monthly', label: 'Once a month' },
      ],
    },
  },
} satisfies Examples<z.input<typeof schemas.preferenceInput>>;

export const emailTemplate = {
  short: {
    summary: 'A short e-mail',
    value: {
      subject: 'Please confirm, {{ application.name }}',
      mjml:
        '<mjml><mj-body><mj-section><mj-column>' +
        '<mj-text>{% for item in items %}{{ item.name }} {% endfor %}</mj-text>' +
        '<mj-button href="{{ confirmUrl }}">Confirm until {{ expiresAt }}</mj-button>' +
        '</mj-column></mj-section></mj-body></mjml>',
      text: 'Please confirm until {{ expiresAt }}: {{ confirmUrl }}',
    },
  },
} satisfies Examples<z.input<typeof emailTemplateInput>>;
