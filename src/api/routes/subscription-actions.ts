import { z } from 'zod';
import { readStatistics } from '../../delivery/statistics';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { id } from '../../platform/fields';
import { retryWaiting } from '../../subscriptions/retry-all';
import {
  rotatedSigningSecret,
  rotateSigningSecret,
  signingSecretRotation,
} from '../../subscriptions/rotate-signing-secret';
import { route, type Route } from '../route';
import { statistics, statisticsQuery } from '../schemas/statistics';

const params = z.object({ id });
const tag = 'Subscriptions';

/** Actions on a subscription, and the statistics of its attempts. */
export function subscriptionActionRoutes(db: Database, sealer: Sealer): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/statistics',
      tag,
      summary: 'Count attempts over time',
      params,
      query: statisticsQuery,
      status: 200,
      answer: statistics,
      refusals: [404],
      read: async (request) => ({ buckets: await readStatistics(db, request.params.id, request.query) }),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/rotate-signing-secret',
      tag,
      summary: 'Rotate the signing secret',
      description:
        'The answer alone shows the new one. During the overlap `webhook-signature` holds a signature of each.',
      params,
      body: signingSecretRotation,
      status: 200,
      answer: rotatedSigningSecret,
      refusals: [404],
      change: (tx, request) => rotateSigningSecret(tx, sealer, request.params.id, request.body),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/retry',
      tag,
      summary: 'Retry all waiting deliveries now',
      description: 'At a bounded rate: the first few hundred at once. 409 where the subscription is paused.',
      params,
      status: 202,
      answer: z
        .object({ woken: z.int().meta({ description: 'Deliveries that waited for their next cycle.' }) })
        .meta({ id: 'RetriedDeliveries' }),
      refusals: [404],
      change: async (tx, request) => ({ woken: await retryWaiting(tx, request.params.id) }),
    }),
  ];
}
