import { z } from 'zod';
import { MOST_COUNTED } from '../../delivery/count-deliveries';
import {
  getDelivery,
  getDeliveryPayload,
  listDeliveries,
  type TemporalLinks,
} from '../../delivery/deliveries';
import { cancelDelivery, resendDelivery, retryDelivery } from '../../delivery/actions';
import type { Database, Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { id } from '../../platform/fields';
import { route, type Route } from '../route';
import { pageOf } from '../schemas/common';
import { deliveryFilters, deliveryView, deliveryWithAttempts } from '../schemas/deliveries';

const params = z.object({ id });
const tag = 'Deliveries';

const total = z.int().meta({ description: `Exact below ${MOST_COUNTED}, which means: so many or more.` });

/** The delivery log, and the actions of an operator on one delivery. */
export function deliveryRoutes(db: Database, sealer: Sealer, links: TemporalLinks): Route[] {
  const action = (
    verb: string,
    summary: string,
    description: string,
    act: (tx: Tx, deliveryId: string) => Promise<void>,
  ): Route =>
    route({
      method: 'post',
      path: `/v1/deliveries/{id}/${verb}`,
      tag,
      summary,
      description,
      params,
      status: 202,
      answer: z.object({ id }).meta({ id: 'DeliveryActionResult' }),
      refusals: [404],
      change: async (tx, request) => {
        await act(tx, request.params.id);
        return { id: request.params.id };
      },
    });
  return [
    route({
      method: 'get',
      path: '/v1/deliveries',
      tag,
      summary: 'List deliveries, the newest first',
      query: deliveryFilters,
      status: 200,
      answer: pageOf(deliveryView, 'DeliveryPage', total),
      read: ({ query }) => listDeliveries(db, links, query),
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}',
      tag,
      summary: 'Get a delivery with its attempts',
      params,
      status: 200,
      answer: deliveryWithAttempts,
      refusals: [404],
      read: (request) => getDelivery(db, sealer, links, request.params.id),
    }),
    route({
      method: 'get',
      path: '/v1/deliveries/{id}/payload',
      tag,
      summary: 'Get the body of a delivery',
      description:
        'What was last sent, or what will be where that is fixed already; `null` where it is not, or was erased. It ' +
        'holds personal data.',
      params,
      status: 200,
      answer: z.record(z.string(), z.unknown()).nullable().meta({ id: 'DeliveryPayload' }),
      refusals: [404],
      read: (request) => getDeliveryPayload(db, sealer, request.params.id),
    }),
    action('retry', 'Retry a delivery now', 'For one that waits; 409 otherwise.', retryDelivery),
    action('cancel', 'Give a delivery up', 'For an unfinished one; 409 otherwise.', cancelDelivery),
    action(
      'resend',
      'Send a delivery again',
      'For a delivered or cancelled one, with the same `webhook-id`; 409 otherwise.',
      resendDelivery,
    ),
  ];
}
