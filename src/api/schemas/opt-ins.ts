import { z } from 'zod';
import { id } from '../../platform/fields';

const time = z.iso.datetime();

const decision = z
  .object({
    decision: z.string().meta({ description: '`confirmed` or `declined`.' }),
    decidedAt: time,
    changeId: id,
    emailId: id,
    network: z.string().nullable().meta({ description: "The caller's address, shortened to /24 or /48." }),
    language: z.string().meta({ description: 'Of the page.' }),
    shown: z.unknown().meta({ description: 'What the page showed: permission, statement, privacy policy.' }),
  })
  .meta({ id: 'OptInDecision' });

export const optInView = z
  .object({
    id,
    applicationId: z.string(),
    citizenId: id,
    status: z.string().meta({ description: '`pending`, `confirmed`, `declined`, `expired` or `voided`.' }),
    createdAt: time,
    expiresAt: time,
    decidedAt: time.nullable().meta({ description: 'When it ended, however it did.' }),
    emailsMade: z.int(),
    transactionIds: z.array(id),
    decisions: z.array(decision).meta({ description: 'Evidence; it stands in no webhook.' }),
  })
  .meta({ id: 'OptIn' });
