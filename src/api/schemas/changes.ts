/** A citizen's history, as it is shown. */
import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../../workflows/deliver-webhook/contract';
import { id } from '../../platform/fields';
import { UPDATE_TYPES } from '../../subscriptions/schema';

const text = z.string().nullable();
const time = z.iso.datetime();

const transaction = z
  .object({
    id,
    optionType: z.string(),
    optionId: z.string(),
    justification: z.string(),
    state: z.string(),
    channel: text,
    recordedByName: text,
    obtainedAt: time,
    validFrom: time.nullable(),
    validUntil: time.nullable(),
  })
  .meta({ id: 'RecordedTransaction' });

export const changeView = z
  .object({
    id,
    sequence: z.int().meta({ description: "Number of the change among the citizen's." }),
    kind: z
      .string()
      .meta({ description: '`recorded`, `transition` (time passed) or `deletion`.', example: 'recorded' }),
    altered: z.array(z.string()).meta({
      description: 'What it altered in effect: `option:ID`, `group:ID`, `preference:REF`. Empty: nothing.',
    }),
    recordedAt: time,
    transactions: z.array(transaction),
    answers: z.array(z.object({ preference: z.string(), choices: z.array(z.string()) })),
    deliveries: z.array(
      z.object({
        id,
        subscriptionId: id,
        updateType: z.string().meta({ enum: [...UPDATE_TYPES] }),
        status: z.string().meta({ enum: [...DELIVERY_STATUSES] }),
      }),
    ),
  })
  .meta({ id: 'Change' });
