/** What the fields of a permission mean, the same in requests, history and webhooks. */

const describe = (description: string, example: string): { description: string; examples: string[] } => ({
  description,
  examples: [example],
});

export const fields = {
  optionType: describe('`option` or `group`: what `optionId` names.', 'option'),
  optionId: describe('Id of the option, or of the option group.', 'newsletter'),
  justification: describe('Lawful basis of the permission (GDPR Art. 6).', 'consent'),
  state: describe(
    'With `consent`: `GRANTED`, `DENIED` or `PENDING`; with `legitimate-interest`: `CLAIMED`, `OBJECTED` or ' +
      '`OBJECTION_UPHELD`; with any other justification: `CLAIMED`.',
    'GRANTED',
  ),
  channel: describe('Channel that it was received through.', 'web'),
  campaign: describe('Campaign that it is attributed to.', 'spring-sale'),
  privacyPolicyId: describe('Id of the privacy policy in force.', 'privacy-2026'),
  permissionStatementId: describe(
    'Id of the permission statement that the citizen was shown.',
    'newsletter-v3',
  ),
  validFrom: describe(
    'It takes effect then, to the millisecond; `null`: at once.',
    '2025-06-01T00:00:00.000Z',
  ),
  validUntil: describe(
    'It goes out of effect then, to the millisecond; `null`: never.',
    '2035-06-01T00:00:00.000Z',
  ),
} as const;
