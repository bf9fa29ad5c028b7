import { z } from 'zod';
import type { Database } from '../../platform/database';
import {
  cancelResync,
  getResync,
  listResyncs,
  resyncId,
  resyncRequest,
  resyncView,
  startResync,
} from '../../subscriptions/resyncs';
import { subscriptionId } from '../../subscriptions/schema';
import * as examples from '../examples/subscriptions';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';

const ofSubscription = z.object({ id: subscriptionId });
const ofResync = z.object({ id: subscriptionId, resyncId });
const tag = 'Resyncs';

/** Sending the current state of every citizen to a subscription again. */
export function resyncRoutes(db: Database): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/resync',
      operationId: 'startResync',
      tag,
      access: { scope: 'deliveries:write' },
      summary: 'Send the current state of every citizen',
      description:
        'For Effective Permissions; 409 otherwise, while the subscription is paused, or while another one runs. It goes ' +
        'on at a bounded rate, waits while the subscription is paused or has many deliveries unfinished, and is cancelled ' +
        'when the subscription is deleted or its update type changes. Citizens whose state an unfinished delivery will ' +
        'send anyway are left out.',
      params: ofSubscription,
      body: resyncRequest,
      examples: examples.resync,
      status: 202,
      answer: resyncView,
      refusals: [404],
      change: (tx, request) => startResync(tx, request.visible, request.params.id, request.body),
    }),
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/resyncs',
      operationId: 'listResyncs',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'List the resyncs of a subscription, the newest first',
      params: ofSubscription,
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(resyncView, 'ResyncPage'),
      refusals: [404],
      read: ({ visible, params, query }) => listResyncs(db, visible, params.id, query),
    }),
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/resyncs/{resyncId}',
      operationId: 'getResync',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Get a resync with its progress',
      params: ofResync,
      status: 200,
      answer: resyncView,
      refusals: [404],
      read: ({ visible, params }) => getResync(db, visible, params.id, params.resyncId),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/resyncs/{resyncId}/cancel',
      operationId: 'cancelResync',
      tag,
      access: { scope: 'deliveries:write' },
      summary: 'Cancel a resync',
      description: 'What it has queued already is delivered. 409 once it has ended.',
      params: ofResync,
      status: 202,
      answer: resyncView,
      refusals: [404],
      change: (tx, { visible, params }) => cancelResync(tx, visible, params.id, params.resyncId),
    }),
  ];
}
