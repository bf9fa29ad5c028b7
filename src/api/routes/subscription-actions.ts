import { z } from 'zod';
import { readJournal } from '../../delivery/journal';
import { readStateDigests } from '../../delivery/state-digests';
import { readStatistics } from '../../delivery/statistics';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { retryWaiting } from '../../subscriptions/retry-all';
import {
  rotatedSigningSecret,
  rotateSigningSecret,
  signingSecretRotation,
} from '../../subscriptions/rotate-signing-secret';
import { subscriptionId } from '../../subscriptions/schema';
import * as examples from '../examples/subscriptions';
import { route, type Route } from '../route';
import { journalPage, journalQuery } from '../schemas/journal';
import { digestsPage, digestsQuery } from '../schemas/state-digests';
import { statistics, statisticsQuery } from '../schemas/statistics';

const params = z.object({ id: subscriptionId });
const tag = 'Subscriptions';

/** Actions on a subscription, and the statistics of its attempts. */
export function subscriptionActionRoutes(db: Database, sealer: Sealer): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/statistics',
      operationId: 'getSubscriptionStatistics',
      tag,
      access: { scope: 'subscriptions:read' },
      summary: 'Count attempts over time',
      params,
      query: statisticsQuery,
      status: 200,
      answer: statistics,
      refusals: [404],
      read: async (request) => ({
        buckets: await readStatistics(db, request.visible, request.params.id, request.query),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/changes',
      operationId: 'readJournal',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Read the journal: changes that it was told of, or would have been',
      description:
        'For Effective Permissions and Consent Receipts; 409 otherwise. In the order of each citizen’s changes, those made while the ' +
        'subscription was paused included, as long as finished deliveries are kept. Whoever goes on from `nextCursor` misses none, whatever ' +
        'is being recorded meanwhile. 400 (`cursor_too_old`) where entries behind the cursor are kept no more: ask for a resync, and begin without one.',
      params,
      query: journalQuery,
      status: 200,
      answer: journalPage,
      refusals: [404, 409],
      read: ({ visible, params: { id }, query }) => readJournal(db, visible, id, query),
    }),
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/digest',
      operationId: 'readStateDigests',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Compare the states delivered last with those of now',
      description:
        'For Effective Permissions; 409 otherwise. Per citizen a digest of the state that was delivered last, and of the one that would be sent ' +
        'now: the SHA-256 of the body’s canonical JSON (RFC 8785) without `sentAt`, so that a receiver that keeps the last body ' +
        'can calculate it too. `POST /subscriptions/{id}/resync` with `onlyDifferent` sends the states that differ.',
      params,
      query: digestsQuery,
      status: 200,
      answer: digestsPage,
      refusals: [404, 409],
      read: ({ visible, params: { id }, query }) => readStateDigests(db, visible, id, query),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/rotate-signing-secret',
      operationId: 'rotateSigningSecret',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Rotate the signing secret',
      description:
        'The new one is in the answer and never shown again. During the overlap `webhook-signature` holds a signature of each.',
      params,
      body: signingSecretRotation,
      examples: examples.rotation,
      status: 200,
      answer: rotatedSigningSecret,
      refusals: [404],
      change: (tx, request) =>
        rotateSigningSecret(tx, request.visible, sealer, request.params.id, request.body),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/retry',
      operationId: 'retrySubscription',
      tag,
      access: { scope: 'deliveries:write' },
      summary: 'Retry all waiting deliveries now',
      description: 'At a bounded rate: the first few hundred at once. 409 while the subscription is paused.',
      params,
      status: 202,
      answer: z
        .object({
          woken: z.int().meta({
            description: 'Deliveries that waited for their next cycle; 10000 where there were more.',
            examples: [2],
          }),
        })
        .meta({ id: 'RetriedDeliveries', description: 'How many deliveries are retried.' }),
      refusals: [404],
      change: async (tx, request) => ({ woken: await retryWaiting(tx, request.visible, request.params.id) }),
    }),
  ];
}
