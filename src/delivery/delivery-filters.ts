/** Filters of deliveries; all are optional, and all that are given must hold. */
import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../workflows/deliver-webhook/contract';
import { coded } from '../platform/field-problems';
import { idOf, line, moment } from '../platform/fields';
import { subscriptionId, updateType } from '../subscriptions/schema';

export const deliveryStatus = z.enum(DELIVERY_STATUSES).meta({
  description:
    '`pending`: not begun; `delivering`: in a cycle of attempts; `waiting`: for the next cycle; `paused`: its subscription ' +
    'is; `blocked`: an earlier one of the same subscription and citizen is unfinished; and finished ones: `delivered`, ' +
    '`cancelled`, `expired`.',
  examples: ['waiting'],
});

const shared = {
  subscriptionId: subscriptionId.optional(),
  citizenId: idOf('citizen').optional(),
  externalRef: line(100)
    .optional()
    .meta({ description: 'The reference that the citizen has now.', examples: ['customer-4711'] }),
  changeId: idOf('change').optional(),
  status: deliveryStatus.optional(),
  updateType: updateType.optional(),
  from: moment.optional().meta({ description: 'Created at or after this time.' }),
  to: moment
    .optional()
    .meta({ description: 'Created before this time.', examples: ['2099-01-01T00:00:00.000Z'] }),
};
const undelivered = {
  description: 'Only unfinished ones, which are yet to be delivered, whatever they wait for.',
};
const statusCode = { description: 'HTTP status of the latest answer.', examples: [503] };
const CODES = { min: 100, max: 599 };

/** As they stand in the query of a list. */
export const deliveryFilters = {
  ...shared,
  undelivered: z
    .enum(['true'])
    .transform(() => true as const)
    .optional()
    .meta({ ...undelivered, examples: ['true'] }),
  statusCode: z
    .string()
    .regex(/^[1-5]\d\d$/, coded('out_of_range', CODES))
    .transform(Number)
    .optional()
    .meta({ ...statusCode, type: 'integer', minimum: CODES.min, maximum: CODES.max }),
};

/** As they stand in a body. */
export const deliveryFiltersInBody = {
  ...shared,
  undelivered: z
    .literal(true)
    .optional()
    .meta({ ...undelivered, examples: [true] }),
  statusCode: z.int().min(CODES.min).max(CODES.max).optional().meta(statusCode),
};

export type DeliveryFilters = z.output<z.ZodObject<typeof deliveryFilters>>;
