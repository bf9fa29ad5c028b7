import { z } from 'zod';
import { DELIVERY_ACTIONS } from '../../delivery/actions';
import { NEWEST } from '../../delivery/attempt-log';
import { deliveryStatus } from '../../delivery/delivery-filters';
import { CYCLE_REASONS } from '../../outbox/cycle-reasons';
import { coded } from '../../platform/field-problems';
import { waitsFor } from '../../delivery/waits-for';
import { exampleId, shownTime } from '../../platform/fields';
import { reasons } from '../../platform/reasons';
import { namedSubscription } from '../../subscriptions/named';
import { applicationId, noAccessToken, subscriptionId, updateType } from '../../subscriptions/schema';
import { countedTotal, pageShape, paging, shownNumber, shownText } from './common';
import { changeId, citizenId, deliveryId } from './ids';

/** What a table has of a delivery. */
export const deliveryColumns = {
  id: deliveryId,
  subscriptionId,
  ...namedSubscription,
  applicationId,
  citizenId,
  externalRef: z
    .string()
    .nullable()
    .meta({
      description: "The application's own reference of the citizen; `null` once the citizen is deleted.",
      examples: ['customer-4711'],
    }),
  changeId,
  sequence: shownNumber("Number of the change among the citizen's, from 1.", 1),
  updateType,
  status: deliveryStatus,
  reason: z.string().nullable().meta({ description: 'Why it was cancelled; `null` otherwise.' }),
  attemptCount: shownNumber('Attempts made so far.', 3),
  cycle: shownNumber('Number of the cycle of three attempts that it is in, from 1; 0 before the first.', 1),
  lastStatusCode: z
    .int()
    .nullable()
    .meta({ description: 'HTTP status of the latest answer; `null`: there was none.', examples: [503] }),
  lastError: z
    .string()
    .nullable()
    .meta({
      description: 'What went wrong in the latest attempt; `null`: nothing did.',
      examples: ['HTTP 503'],
    }),
  createdAt: shownTime('When its change was recorded.'),
  nextAttemptAt: shownTime('When the next attempt is due; `null`: no time is set.').nullable(),
  finishedAt: shownTime('When it was delivered, cancelled or expired; `null`: it is unfinished.').nullable(),
  workflowId: shownText('Id of its Temporal workflow.', `delivery-${exampleId('delivery')}`),
  temporalUrl: shownText(
    "Its workflow in Temporal's Web UI.",
    'https://temporal.example.com/namespaces/default/workflows/…',
  ),
} as const;

export const deliveryView = z
  .object({ ...deliveryColumns, reasonCodes: reasons, lastErrorCodes: reasons })
  .meta({
    id: 'Delivery',
    description: 'A webhook for one change and one subscription, on its way or finished.',
  });

export const deliveryPage = z
  .object({
    ...pageShape(deliveryView, countedTotal),
    temporalUrl: z
      .string()
      .nullable()
      .meta({
        description:
          "The same deliveries in Temporal's Web UI; `null`: Temporal knows nothing of what a filter is about.",
        examples: ['https://temporal.example.com/namespaces/default/workflows?query=…'],
      }),
  })
  .meta({ id: 'DeliveryPage', description: 'A page of a list.' });

export const headers: z.ZodRecord<z.ZodString, z.ZodString> = z
  .record(z.string(), z.string())
  .meta({ description: 'Headers by name.', examples: [{ 'content-type': 'application/json' }] });

export const attemptView = z
  .object({
    at: shownTime('When it began.'),
    attempt: shownNumber('Its number over the whole life of the delivery, from 1.', 1),
    cycle: shownNumber('Number of the cycle that it belongs to, from 1.', 1),
    cycleReason: z
      .enum(CYCLE_REASONS)
      .nullable()
      .meta({
        description:
          'Why the cycle began, on its first attempt; `null` on the others, and where an earlier version made it. `change`: the change was ' +
          'recorded. `resend`: it was sent again. `interval`: the wait after the cycle before was over. `predecessor`: the other ' +
          'delivery of the citizen is over that it had waited for. `newer-change`: a newer change of the citizen waits behind it. `operator`: somebody ' +
          'has asked for it. `settings`: the subscription was changed. `resumed`: it was paused, and is active again. `recovery`: the endpoint ' +
          'works again. `knock`: it knocks for all others while the endpoint fails.',
        examples: ['interval'],
      }),
    outcome: z.enum(['delivered', 'failed', 'given-back', 'in-flight', 'cut-off']).meta({
      description:
        '`given-back`: not made, or given up, for a reason of ours that `error` tells; it counts neither as a failure nor in health and statistics, and where nothing was sent the next attempt takes its place. `cut-off`: a crash ended it, and whether it arrived is unknown.',
      examples: ['failed'],
    }),
    durationMs: z
      .int()
      .nullable()
      .meta({ description: 'From connecting to the last byte, in milliseconds.', examples: [184] }),
    retryAfterMs: z
      .int()
      .nullable()
      .meta({
        description:
          'The wait that the endpoint asked for, in milliseconds: `Retry-After` of a 429 or 503; `null`: it asked for none.',
        examples: [120_000],
      }),
    statusCode: z
      .int()
      .nullable()
      .meta({ description: 'HTTP status of the answer; `null`: there was none.', examples: [503] }),
    error: z
      .string()
      .nullable()
      .meta({ description: 'What went wrong; `null`: nothing did.', examples: ['HTTP 503'] }),
    errorCodes: reasons,
    requestHeaders: headers.meta({ description: 'Headers that were sent; credentials are redacted.' }),
    responseHeaders: headers.nullable().meta({
      description:
        'Headers of the answer; `null`: there was none. Known secrets and other credentials are redacted.',
    }),
    responseBody: z
      .string()
      .nullable()
      .meta({
        description: 'Body of the answer, cut where it is long; known secrets are redacted.',
        examples: ['Service Unavailable'],
      }),
    responseBodyShortened: z.boolean().meta({
      description:
        'More of the body is kept than this list shows: `GET /v1/deliveries/{id}/attempts/{attempt}` shows it.',
      examples: [false],
    }),
  })
  .meta({ id: 'Attempt', description: 'One POST to the endpoint.' });

export const deliveryWithAttempts = z
  .object({
    ...deliveryView.shape,
    actions: z.array(z.enum(DELIVERY_ACTIONS)).meta({
      description:
        'What could be done with it at present: each stands for the POST of that name, which would be accepted.',
      examples: [['retry', 'cancel']],
    }),
    attempts: z.array(attemptView).meta({
      description: `Its ${NEWEST} newest attempts, the oldest of them first.`,
    }),
    attemptsTotal: shownNumber(
      'Attempts that are kept. Of a delivery that fails for days: all of the last day, of the first and the latest ' +
        'cycle, and one for each day between.',
      1,
    ),
    noAccessToken: noAccessToken.nullable(),
    waitsFor: waitsFor.nullable(),
    waitedForId: deliveryId.nullable().meta({
      description:
        'The earlier delivery of the same subscription and citizen that it has had to wait for; `null`: for none, or that is kept no more.',
    }),
  })
  .meta({ id: 'DeliveryWithAttempts', description: 'A delivery with its newest attempts.' });

export const attemptPaging = z.strictObject(paging);

export const attemptParams = z.object({
  id: deliveryId,
  attempt: z
    .string()
    .regex(/^\d{1,9}$/, coded('out_of_range', { min: 1, max: 999_999_999 }))
    .transform(Number)
    .meta({ type: 'integer', minimum: 1, description: 'Number of the attempt, from 1.', examples: [1] }),
});
