import { z } from 'zod';
import { shownTime } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import { shownNumber, shownText } from './common';
import { changeId, citizenId, emailId, optInId, transactionId } from './ids';

const decision = z
  .object({
    decision: shownText('`confirmed` or `declined`.', 'confirmed'),
    decidedAt: shownTime('When the citizen decided.'),
    changeId: changeId.meta({ description: 'The change that records the decision.' }),
    emailId: emailId.meta({ description: 'The e-mail whose link was used.' }),
    network: z
      .string()
      .nullable()
      .meta({
        description: "The citizen's network address, shortened to /24 or /48.",
        examples: ['192.0.2.0/24'],
      }),
    language: shownText('Language of the page, as a BCP 47 tag.', 'en'),
    shown: z
      .unknown()
      .meta({ description: 'What the page showed: permissions, statements, privacy policies.' }),
  })
  .meta({ id: 'OptInDecision', description: 'The evidence of a decision.' });

export const optInView = z
  .object({
    id: optInId,
    applicationId,
    citizenId,
    status: shownText('`pending`, `confirmed`, `declined`, `expired` or `voided`.', 'pending'),
    createdAt: shownTime('When the confirmation was first asked for.'),
    expiresAt: shownTime('When the link ends.'),
    decidedAt: shownTime('When it ended, in whichever way; `null`: it is pending.').nullable(),
    stalled: z.boolean().meta({
      description:
        'Whether something of it should have been done by now, and was not. The service sees to it by itself.',
      examples: [false],
    }),
    emailsMade: shownNumber('E-mails made so far, the reminder included.', 1),
    transactionIds: z
      .array(transactionId)
      .meta({ description: 'The pending transactions that it asks to confirm.' }),
    decisions: z.array(decision).meta({ description: 'Evidence; no webhook holds it.' }),
  })
  .meta({
    id: 'OptIn',
    description: 'A double opt-in: a confirmation that a citizen is asked for by e-mail.',
  });
