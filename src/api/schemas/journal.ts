/** The journal of a subscription, as it is shown. */
import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../../workflows/deliver-webhook/contract';
import { coded } from '../../platform/field-problems';
import { changeView } from './changes';
import { count, shownText } from './common';
import { externalRef } from './consent';
import { changeId, citizenId, deliveryId } from './ids';

export const journalQuery = z.strictObject({
  after: z
    .string()
    .regex(/^(\d{1,18})?$/, coded('invalid_cursor'))
    .transform((text) => (text === '' ? undefined : BigInt(text)))
    .optional()
    .meta({
      ...{ type: 'string', default: '' },
      description: '`nextCursor` of the answer before. Empty: from the oldest entry that is kept.',
    }),
  limit: count(1, 100, 20, 'How many entries to answer with at most.'),
  latest: z
    .enum(['true'])
    .transform(() => true as const)
    .optional()
    .meta({
      description:
        'In place of `after`: the newest entries, in order, for a look. `nextCursor` leads on from now. Fewer than there are where the ' +
        'latest few hundred changes of the application hold no more.',
      examples: ['true'],
    }),
});

const { sequence, kind, recordedAt } = changeView.shape;

export const journalPage = z
  .object({
    items: z
      .array(
        z
          .object({
            changeId,
            citizenId,
            externalRef: externalRef.nullable().meta({
              description:
                "The application's own reference of the citizen; `null` once the citizen is deleted.",
              examples: ['customer-4711'],
            }),
            sequence,
            kind,
            altered: z.array(z.string()).meta({
              description:
                'What it altered of that which the subscription is told of: `option:ID`, `group:ID`, `preference:REF`. Empty: a ' +
                'deletion with nothing in effect.',
              examples: [['option:newsletter']],
            }),
            recordedAt,
            delivery: z
              .object({
                id: deliveryId,
                status: z.string().meta({
                  enum: [...DELIVERY_STATUSES],
                  description: 'Where the delivery is.',
                  examples: ['delivered'],
                }),
              })
              .nullable()
              .meta({
                description:
                  'Its delivery to this subscription; `null`: it was not sent, as while it was paused.',
              }),
          })
          .meta({
            id: 'JournalEntry',
            description: 'A change that a subscription was told of, or would have been.',
          }),
      )
      .meta({ description: 'The entries, in order.' }),
    nextCursor: shownText('`after` of the next call, also where nothing is new.', '4711'),
    hasMore: z.boolean().meta({
      description:
        'Whether to go on at once: there is more, though this answer may hold fewer entries than its limit, or none.',
      examples: [false],
    }),
  })
  .meta({ id: 'JournalPage', description: 'A part of the journal of a subscription.' });
