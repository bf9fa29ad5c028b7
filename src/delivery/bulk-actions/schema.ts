/** Bulk actions as callers ask for them and see them. */
import { z } from 'zod';
import { id, idOf, shownTime } from '../../platform/fields';
import { MOST_COUNTED } from '../../platform/most-counted';
import { DELIVERY_ACTIONS } from '../actions';
import { deliveryFiltersInBody } from '../delivery-filters';

const action = z.enum(DELIVERY_ACTIONS).meta({
  description:
    '`retry`: gives unfinished ones a cycle of attempts at once; `cancel`: gives unfinished ones up; `resend`: sends delivered and ' +
    'cancelled ones again.',
  examples: ['retry'],
});

/** Body of a POST. */
export const bulkActionRequest = z
  .strictObject({
    action,
    filter: z.strictObject(deliveryFiltersInBody).meta({
      id: 'DeliveryFilter',
      description: 'Which deliveries, as `GET /v1/deliveries` filters them. An empty one means all.',
    }),
  })
  .meta({ id: 'BulkActionRequest', description: 'What to do, and with which deliveries.' });
export type BulkActionRequest = z.output<typeof bulkActionRequest>;

const { externalRef: _, ...withoutReference } = deliveryFiltersInBody;
/** A filter as it is kept: in place of a reference, which names a person, it has the ids of the citizens who had it. */
export const keptFilter = z.object({ ...withoutReference, citizenIds: z.array(id).optional() });
export type KeptFilter = z.output<typeof keptFilter>;

export const bulkActionId = idOf('bulk action');

const BULK_ACTION_STATUSES = ['running', 'completed', 'cancelled'] as const;

/** A bulk action as it is shown. */
export const bulkActionView = z
  .object({
    id: bulkActionId,
    action,
    filter: z.record(z.string(), z.unknown()).meta({
      description:
        'As it was asked for; in place of `externalRef` it has `citizenIds`, of the citizens who had that reference.',
      examples: [{ undelivered: true }],
    }),
    status: z.enum(BULK_ACTION_STATUSES).meta({
      description: 'Where it is; `completed`: none of the deliveries that it means is left to be seen to.',
      examples: ['running'],
    }),
    total: z.int().meta({ description: 'Deliveries that it meant when it began.', examples: [1000] }),
    done: z.int().meta({ description: 'Deliveries that it was done with.', examples: [240] }),
    skipped: z.int().meta({
      description:
        'Passed over, since their state did not allow it by then: finished meanwhile, for instance, or blocked by an earlier one.',
      examples: [10],
    }),
    left: z.int().meta({ description: 'Yet to be seen to; 0 once it has ended.', examples: [750] }),
    deliveries: z
      .object({
        delivered: z.int().meta({ description: 'Accepted by their endpoints.', examples: [200] }),
        waiting: z.int().meta({ description: 'Yet to be delivered.', examples: [39] }),
        failed: z.int().meta({ description: 'Ended undelivered, since they were cancelled.', examples: [1] }),
      })
      .nullable()
      .meta({
        id: 'BulkActionDeliveries',
        description:
          `What has become of those that it was done with; \`null\` of a cancel. ${MOST_COUNTED} means: that many or more. One that a ` +
          'later bulk action was done with counts there.',
      }),
    createdAt: shownTime('When it was asked for.'),
    finishedAt: shownTime('When it was completed or cancelled; `null`: it is running.').nullable(),
  })
  .meta({ id: 'BulkAction', description: 'Does one thing with many deliveries, at a bounded rate.' });
export type BulkActionView = z.output<typeof bulkActionView>;
