import type { Visibility } from '../../access/visibility';
import { z } from 'zod';
import { getAttempt, listAttempts } from '../../delivery/attempt-log';
import { allDeliveries, getDelivery, getDeliveryPayload, listDeliveries } from '../../delivery/deliveries';
import { deliveryFilters } from '../../delivery/delivery-filters';
import { cancelDelivery, resendDelivery, retryDelivery } from '../../delivery/actions';
import type { TemporalLinks } from '../../delivery/temporal-links';
import type { Database, Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { samplePayloads } from '../../delivery/samples';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';
import {
  attemptPaging,
  attemptParams,
  attemptView,
  deliveryPage,
  deliveryColumns,
  deliveryWithAttempts,
} from '../schemas/deliveries';
import { deliveryId } from '../schemas/ids';

const params = z.object({ id: deliveryId });
const tag = 'Deliveries';

const accepted = z.object({ id: deliveryId }).meta({
  id: 'DeliveryActionAccepted',
  description: 'What will be done, and for which delivery, is committed.',
});

const payload = z
  .record(z.string(), z.unknown())
  .nullable()
  .meta({
    id: 'DeliveryPayload',
    description: 'The body of a webhook.',
    examples: [samplePayloads(new Date('2025-06-01T09:30:00.000Z'), 'acme-shop')['consent-receipts']],
  });

/** The delivery log, and the actions on one delivery. */
export function deliveryRoutes(db: Database, sealer: Sealer, links: TemporalLinks): Route[] {
  const action = (
    verb: string,
    summary: string,
    description: string,
    act: (tx: Tx, visible: Visibility, deliveryId: string) => Promise<void>,
  ): Route =>
    route({
      method: 'post',
      path: `/v1/deliveries/{id}/${verb}`,
      operationId: `${verb}Delivery`,
      tag,
      access: { scope: 'deliveries:write' },
      summary,
      description,
      params,
      status: 202,
      answer: accepted,
      refusals: [404],
      change: async (tx, request) => {
        await act(tx, request.visible, request.params.id);
        return { id: request.params.id };
      },
    });
  return [
    route({
      method: 'get',
      path: '/v1/deliveries',
      operationId: 'listDeliveries',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'List deliveries, the newest first',
      description: 'All filters that are given must hold.',
      query: z.strictObject({ ...paging, ...deliveryFilters }),
      status: 200,
      answer: deliveryPage,
      read: ({ visible, query }) => listDeliveries(db, visible, links, query),
      csv: {
        name: 'deliveries',
        columns: Object.keys(deliveryColumns),
        rows: ({ visible, query }) => allDeliveries(db, visible, links, query),
      },
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}',
      operationId: 'getDelivery',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Get a delivery with its newest attempts',
      params,
      status: 200,
      answer: deliveryWithAttempts,
      refusals: [404],
      read: (request) => getDelivery(db, request.visible, sealer, links, request.params.id),
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}/attempts',
      operationId: 'listAttempts',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'List the attempts of a delivery, the oldest first',
      params,
      query: attemptPaging,
      status: 200,
      answer: pageOf(attemptView, 'AttemptPage'),
      refusals: [404],
      read: (request) => listAttempts(db, request.visible, sealer, request.params.id, request.query),
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}/attempts/{attempt}',
      operationId: 'getAttempt',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Get an attempt with all that is kept of its answer',
      params: attemptParams,
      status: 200,
      answer: attemptView,
      refusals: [404],
      read: ({ visible, params: { id, attempt } }) => getAttempt(db, visible, sealer, id, attempt),
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}/payload',
      operationId: 'getDeliveryPayload',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Get the body of a delivery',
      description:
        'What was last sent, or what will be where that is fixed already; `null` where it is not, or was erased. It ' +
        'holds personal data.',
      params,
      status: 200,
      answer: payload,
      refusals: [404],
      audited: true,
      read: (request) => getDeliveryPayload(db, request.visible, sealer, request.params.id),
    }),
    action('retry', 'Retry a delivery now', 'For one that waits; 409 otherwise.', retryDelivery),
    action('cancel', 'Cancel a delivery', 'For an unfinished one; 409 otherwise.', cancelDelivery),
    action(
      'resend',
      'Send a delivery again',
      'For a delivered or cancelled one; 409 otherwise. `webhook-id` is the same while the body is.',
      resendDelivery,
    ),
  ];
}
