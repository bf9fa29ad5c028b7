/** Bodies to send, chapter three: what an operator does with many deliveries. */
import type { z } from 'zod';
import type { bulkActionRequest } from '../../delivery/bulk-actions/schema';
import { exampleId } from '../../platform/fields';
import type { Examples } from '../route';

const subscriptionId = exampleId('subscription');

export const bulkAction = {
  retry: {
    summary: 'Everything undelivered of a subscription, once its endpoint is mended',
    value: { action: 'retry', filter: { subscriptionId, undelivered: true } },
  },
  resend: {
    summary: 'What was delivered in an hour that the receiver has lost',
    value: {
      action: 'resend',
      filter: {
        ...{ subscriptionId, status: 'delivered' },
        ...{ from: '2025-06-01T09:00:00.000Z', to: '2025-06-01T10:00:00.000Z' },
      },
    },
  },
  cancel: {
    summary: 'What the endpoint says to be gone',
    value: { action: 'cancel', filter: { subscriptionId, statusCode: 410 } },
  },
} satisfies Examples<z.input<typeof bulkActionRequest>>;
