import { z } from 'zod';
import { DELIVERY_STATUSES } from '../../../workflows/deliver-webhook/contract';
import { id, instant } from '../../platform/fields';
import { updateType } from '../../subscriptions/schema';
import { paging } from './common';

const time = z.iso.datetime();
const moment = instant.transform((text) => new Date(text));

export const deliveryFilters = z.strictObject({
  ...paging,
  subscriptionId: id.optional(),
  citizenId: id.optional(),
  changeId: id.optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  updateType: updateType.optional(),
  from: moment.optional().meta({ description: 'Created at or after.' }),
  to: moment.optional().meta({ description: 'Created before.' }),
});

export const deliveryView = z
  .object({
    id,
    subscriptionId: id,
    applicationId: z.string(),
    citizenId: id,
    externalRef: z
      .string()
      .nullable()
      .meta({ description: "The citizen's reference; `null` once the citizen is deleted." }),
    changeId: id,
    sequence: z.int(),
    updateType,
    status: z.enum(DELIVERY_STATUSES),
    reason: z.string().nullable().meta({ description: 'Why it was cancelled.' }),
    attemptCount: z.int(),
    cycle: z.int(),
    lastStatusCode: z.int().nullable(),
    lastError: z.string().nullable(),
    createdAt: time,
    nextAttemptAt: time.nullable(),
    finishedAt: time.nullable(),
    workflowId: z.string(),
    temporalUrl: z.string(),
  })
  .meta({ id: 'Delivery' });

const headers = z.record(z.string(), z.string());

const attempt = z
  .object({
    at: time,
    attempt: z.int(),
    cycle: z.int(),
    outcome: z
      .enum(['delivered', 'failed', 'in-flight', 'cut-off'])
      .meta({ description: '`cut-off`: a crash ended it, and whether it arrived is unknown.' }),
    durationMs: z.int().nullable(),
    statusCode: z.int().nullable(),
    error: z.string().nullable(),
    requestHeaders: headers.meta({ description: 'Credentials are redacted.' }),
    responseHeaders: headers.nullable(),
    responseBody: z
      .string()
      .nullable()
      .meta({ description: 'Cut where it is long; known secrets are scrubbed.' }),
  })
  .meta({ id: 'Attempt' });

export const deliveryWithAttempts = z
  .object({ ...deliveryView.shape, attempts: z.array(attempt) })
  .meta({ id: 'DeliveryWithAttempts' });
