/** A citizen's history, as it is shown. */
import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../../workflows/deliver-webhook/contract';
import { shownTime } from '../../platform/fields';
import { namedSubscription } from '../../subscriptions/named';
import { subscriptionId, UPDATE_TYPES } from '../../subscriptions/schema';
import { shownNumber, shownText } from './common';
import { fields } from './consent-fields';
import { changeId, deliveryId, transactionId } from './ids';

const transaction = z
  .object({
    id: transactionId,
    optionType: z.string().meta(fields.optionType),
    optionId: z.string().meta(fields.optionId),
    justification: z.string().meta(fields.justification),
    state: z.string().meta(fields.state),
    channel: z.string().nullable().meta(fields.channel),
    recordedByName: z
      .string()
      .nullable()
      .meta({ description: 'Name of who recorded it.', examples: ['Alex Example'] }),
    obtainedAt: shownTime('When the citizen expressed it.'),
    validFrom: shownTime(fields.validFrom.description).nullable(),
    validUntil: shownTime(fields.validUntil.description).nullable(),
  })
  .meta({ id: 'RecordedTransaction', description: 'A permission transaction as it was recorded.' });

export const changeView = z
  .object({
    id: changeId,
    sequence: shownNumber("Number of the change among the citizen's, from 1.", 1),
    kind: shownText('`recorded`, `transition` (time passed) or `deletion`.', 'recorded'),
    altered: z.array(z.string()).meta({
      description: 'What it altered in effect: `option:ID`, `group:ID`, `preference:REF`. Empty: nothing.',
      examples: [['option:newsletter']],
    }),
    recordedAt: shownTime('When it was recorded.'),
    transactions: z.array(transaction).meta({ description: 'Its permission transactions.' }),
    answers: z
      .array(
        z.object({
          preference: shownText('Reference of the preference.', 'contact-frequency'),
          choices: z
            .array(z.string())
            .meta({ description: 'References of the choices made.', examples: [['weekly']] }),
        }),
      )
      .meta({ description: 'Its answers to preferences.' }),
    deliveries: z
      .array(
        z.object({
          id: deliveryId,
          subscriptionId,
          ...namedSubscription,
          updateType: z.string().meta({
            enum: [...UPDATE_TYPES],
            description: 'Type of the webhook.',
            examples: ['consent-receipts'],
          }),
          status: z.string().meta({
            enum: [...DELIVERY_STATUSES],
            description: 'Where the delivery is.',
            examples: ['delivered'],
          }),
        }),
      )
      .meta({ description: 'Its deliveries, as long as the log holds them.' }),
  })
  .meta({ id: 'Change', description: "A change of a citizen's consent, with where it was sent." });
