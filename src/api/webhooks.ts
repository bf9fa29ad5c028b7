/** The webhooks that subscribers receive, as the OpenAPI document describes them. */
import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { samplePayloads } from '../delivery/samples';
import { changeId, deliveryId } from './schemas/ids';
import { citizenEmail } from './schemas/citizen-email';
import { consentReceipt, effectivePermissions } from './schemas/effective-permissions';
import { subscriptionId, updateType, type UpdateType } from '../subscriptions/schema';

/** The group of the webhooks in the document. */
export const WEBHOOK_TAG = 'Webhooks';

const SAMPLES = samplePayloads(new Date('2025-06-01T09:30:00.000Z'), 'acme-shop');

/** What every webhook has in its headers, beside the authentication of its subscription. */
const headers = z.object({
  'webhook-id': deliveryId.meta({
    description: 'Id of the delivery, the same for all its attempts: ignore what you have processed already.',
  }),
  'webhook-timestamp': z.string().meta({
    description: 'When this attempt was made, in seconds since 1970.',
    examples: ['1748770200'],
  }),
  'webhook-signature': z.string().meta({
    description:
      'Standard Webhooks: `v1,` and the base64 of HMAC-SHA256 over `webhook-id.webhook-timestamp.body`. Two, with a space ' +
      'between them, while a rotated signing secret still signs.',
    examples: ['v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
  }),
  'x-cpm-update-type': updateType,
  'x-cpm-subscription-id': subscriptionId,
  'x-cpm-change-id': changeId,
  'x-cpm-sequence': z.string().meta({
    description: "Number of the change among the citizen's; it orders what arrives about one citizen.",
    examples: ['3'],
  }),
  'x-cpm-attempt': z.string().meta({
    description: 'Number of the attempt over the whole life of the delivery, from 1.',
    examples: ['1'],
  }),
  'x-cpm-test': z
    .literal('true')
    .optional()
    .meta({ description: 'Only in a test request, whose body is an example.' }),
});

/** The webhook of each update type. */
export function webhooks(): RouteConfig[] {
  return [
    webhook({
      updateType: 'effective-permission',
      operationId: 'receiveEffectivePermissions',
      summary: 'The full state of a citizen after a change',
      description:
        'Rendered when it is sent, so that a late one tells the latest state. What is not in effect is absent.',
      schema: effectivePermissions,
    }),
    webhook({
      updateType: 'consent-receipts',
      operationId: 'receiveConsentReceipt',
      summary: 'What a change of a citizen altered',
      description: 'Fixed when the change is recorded. What a change did not alter is absent.',
      schema: consentReceipt,
    }),
    webhook({
      updateType: 'citizen-emails',
      operationId: 'receiveCitizenEmail',
      summary: 'An e-mail to send to a citizen',
      description: 'Hand it to your e-mail provider. It is not sent after `expiresAt`.',
      schema: citizenEmail,
    }),
  ];
}

interface WebhookDescription {
  readonly updateType: UpdateType;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: z.ZodType;
}

function webhook({
  updateType: type,
  operationId,
  summary,
  description,
  schema,
}: WebhookDescription): RouteConfig {
  return {
    method: 'post',
    path: type,
    operationId,
    tags: [WEBHOOK_TAG],
    summary,
    description,
    security: [],
    request: {
      headers,
      body: {
        required: true,
        content: { 'application/json': { schema, examples: { sample: { value: SAMPLES[type] } } } },
      },
    },
    responses: {
      '2XX': {
        description: 'It was received; any other answer, a redirect too, makes the service try again.',
      },
    },
  };
}
