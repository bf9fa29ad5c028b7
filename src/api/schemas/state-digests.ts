/** States told by their digests, as they are shown. */
import { z } from 'zod';
import { MOST_COMPARED } from '../../delivery/state-digests';
import { coded } from '../../platform/field-problems';
import { exampleId, id } from '../../platform/fields';
import { count, shownText } from './common';
import { externalRef } from './consent';
import { citizenId } from './ids';

export const digestsQuery = z.strictObject({
  after: z
    .union([z.literal(''), id], coded('invalid_cursor'))
    .transform((text) => (text === '' ? undefined : text))
    .optional()
    .meta({
      ...{ type: 'string', default: '' },
      description: '`nextCursor` of the answer before. Empty: from the first citizen.',
    }),
  limit: count(1, MOST_COMPARED, 100, 'How many citizens to answer with at most.'),
  onlyDifferent: z
    .enum(['true'])
    .transform(() => true as const)
    .optional()
    .meta({ description: 'Only citizens whose state differs.', examples: ['true'] }),
});

const stateDigest = z
  .object({
    digest: shownText(
      'SHA-256 of the canonical JSON of the body without `sentAt`, in hexadecimal.',
      'c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2',
    ),
    sequence: z.int().meta({
      description: 'Number of the latest change that it reflects (`x-cpm-sequence`).',
      examples: [7],
    }),
  })
  .meta({ id: 'StateDigest', description: 'A state, told by its digest.' });

export const digestsPage = z
  .object({
    items: z
      .array(
        z
          .object({
            citizenId,
            externalRef,
            delivered: stateDigest.nullable().meta({
              description:
                'The state delivered last; `null`: none was, or it was by a version that kept no digest.',
            }),
            current: stateDigest.meta({ description: 'The state that would be sent now.' }),
            differs: z.boolean().meta({
              description:
                'Whether the receiver holds another state than the current one, or may: a later request failed, and may have arrived.',
              examples: [false],
            }),
          })
          .meta({
            id: 'ComparedState',
            description: 'The state of a citizen, as delivered last and as of now.',
          }),
      )
      .meta({ description: 'The citizens, in the order of their ids.' }),
    compared: z.int().meta({ description: 'Citizens looked at for this answer.', examples: [20] }),
    differing: z.int().meta({
      description: 'How many of these differ. The sum over all answers is that of the subscription.',
      examples: [0],
    }),
    nextCursor: shownText(
      '`after` of the next call; `null`: nobody is left.',
      exampleId('citizen'),
    ).nullable(),
  })
  .meta({
    id: 'StateDigestsPage',
    description: 'A part of the citizens of a subscription, with their states compared.',
  });
