/** Bodies to send, chapter two: what the customer `customer-4711` consents to. */
import type { z } from 'zod';
import type { Examples } from '../route';
import type { citizenInput, consentStateInput, submissionInput, transactionsInput } from '../schemas/consent';

const whose = { applicationId: 'acme-shop', externalRef: 'customer-4711' };
const newsletter = { optionType: 'option', optionId: 'newsletter', justification: 'consent' } as const;

export const citizen = {
  customer: {
    summary: 'A customer who can be reached by e-mail',
    value: { ...whose, email: 'citizen@example.com', locale: 'en' },
  },
} satisfies Examples<z.input<typeof citizenInput>>;

export const transactions = {
  consent: {
    summary: 'Consent to the newsletter, given before it is recorded',
    value: {
      ...whose,
      changes: [{ ...newsletter, state: 'GRANTED', obtainedAt: '2025-06-01T09:30:00.000Z' }],
      channel: 'web',
      campaign: 'spring-sale',
      privacyPolicyId: 'privacy-2026',
      permissionStatementId: 'newsletter-v3',
      recordedBy: { id: 'agent-7', name: 'Alex Example' },
    },
  },
  withdrawal: {
    summary: 'Withdrawal of the consent, at once',
    value: { ...whose, changes: [{ ...newsletter, state: 'DENIED' }], channel: 'web' },
  },
  import: {
    summary: 'One of many that are imported, of consent given long ago',
    value: {
      ...whose,
      changes: [{ ...newsletter, state: 'GRANTED', obtainedAt: '2024-02-29T12:00:00.000Z' }],
      priority: 'bulk',
    },
  },
  doubleOptIn: {
    summary: 'Consent that counts once it is confirmed by e-mail',
    value: {
      ...whose,
      changes: [{ ...newsletter, state: 'GRANTED' }],
      privacyPolicyId: 'privacy-2026',
      permissionStatementId: 'newsletter-v3',
      submitAsPending: true,
      email: 'citizen@example.com',
      locale: 'en',
    },
  },
  legitimateInterest: {
    summary: 'A legitimate interest in a whole group, for a limited time',
    value: {
      ...whose,
      changes: [
        {
          optionType: 'group',
          optionId: 'marketing',
          justification: 'legitimate-interest',
          state: 'CLAIMED',
          validFrom: '2025-06-01T00:00:00.000Z',
          validUntil: '2035-06-01T00:00:00.000Z',
        },
      ],
    },
  },
} satisfies Examples<z.input<typeof transactionsInput>>;

export const submission = {
  answer: {
    summary: 'One choice',
    value: { ...whose, preferences: [{ preference: 'contact-frequency', choices: ['weekly'] }] },
  },
  takenBack: {
    summary: 'The answer is taken back',
    value: { ...whose, preferences: [{ preference: 'contact-frequency', choices: [] }] },
  },
} satisfies Examples<z.input<typeof submissionInput>>;

export const consentState = {
  both: {
    summary: 'Consent to the newsletter, and how often it may come',
    value: {
      ...whose,
      changes: [{ ...newsletter, state: 'GRANTED' }],
      preferences: [{ preference: 'contact-frequency', choices: ['monthly'] }],
      channel: 'web',
    },
  },
} satisfies Examples<z.input<typeof consentStateInput>>;
