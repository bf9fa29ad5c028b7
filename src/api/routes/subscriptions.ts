import { z } from 'zod';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { characters } from '../../platform/fields';
import { createSubscription, type SubscriptionRules } from '../../subscriptions/create';
import { HEALTH_STATES } from '../../subscriptions/health-state';
import { getSubscription, listSubscriptions, SUBSCRIPTION_SORTS } from '../../subscriptions/read';
import { deleteSubscription } from '../../subscriptions/remove';
import {
  applicationId,
  subscriptionCreation,
  subscriptionId,
  subscriptionPatch,
  subscriptionReplacement,
  subscriptionStatus,
  subscriptionView,
  updateType,
} from '../../subscriptions/schema';
import { patchSubscription, replaceSubscription } from '../../subscriptions/update';
import * as examples from '../examples/subscriptions';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';

const params = z.object({ id: subscriptionId });
const tag = 'Subscriptions';

/** Subscriptions: where webhooks go, of which type, and how they authenticate themselves. */
export function subscriptionRoutes(db: Database, sealer: Sealer, rules: SubscriptionRules): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/subscriptions',
      operationId: 'listSubscriptions',
      tag,
      access: { scope: 'subscriptions:read' },
      summary: 'List subscriptions',
      query: z.strictObject({
        ...paging,
        applicationId: applicationId.optional(),
        status: subscriptionStatus.optional(),
        updateType: updateType.optional(),
        q: characters(200)
          .optional()
          .meta({ description: 'Only subscriptions whose name holds this.', examples: ['CRM'] }),
        health: z
          .enum(HEALTH_STATES)
          .optional()
          .meta({ description: 'Only subscriptions in this state of health.', examples: ['failing'] }),
        sort: z
          .enum(SUBSCRIPTION_SORTS)
          .default('newest')
          .meta({
            description:
              '`newest`: the newest first. `health`: from the worst state to `healthy`, then what is `paused`; health may change while pages are ' +
              'turned.',
            examples: ['health'],
          }),
      }),
      status: 200,
      answer: pageOf(subscriptionView, 'SubscriptionPage'),
      read: ({ visible, query }) => listSubscriptions(db, visible, sealer, query),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions',
      operationId: 'createSubscription',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Create a subscription',
      description: 'The signing secret is in the answer and never shown again.',
      body: subscriptionCreation,
      examples: examples.creation,
      status: 201,
      answer: subscriptionView,
      change: (tx, { visible, body }) => createSubscription(tx, visible, sealer, rules, body),
    }),
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}',
      operationId: 'getSubscription',
      tag,
      access: { scope: 'subscriptions:read' },
      summary: 'Get a subscription',
      params,
      status: 200,
      answer: subscriptionView,
      refusals: [404],
      resource: {
        show: (tx, request) => getSubscription(tx, request.visible, sealer, request.params.id),
        besides: ['health', 'signingSecret'],
      },
    }),
    route({
      method: 'put',
      path: '/v1/subscriptions/{id}',
      operationId: 'replaceSubscription',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Replace a subscription',
      description:
        'What GET gave can be sent back. Absent secrets, status, authentication and headers stay. A new URL, credential or ' +
        'status reaches waiting deliveries at once; a new update type only new ones.',
      params,
      body: subscriptionReplacement,
      examples: examples.replacement,
      status: 200,
      answer: subscriptionView,
      refusals: [404],
      change: (tx, request) =>
        replaceSubscription(tx, request.visible, sealer, rules, request.params.id, request.body),
    }),
    route({
      method: 'patch',
      path: '/v1/subscriptions/{id}',
      operationId: 'updateSubscription',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Change a part of a subscription',
      description:
        'A JSON Merge Patch (RFC 7396), also taken as `application/merge-patch+json`; otherwise as PUT. A new token without ' +
        '`expiresAt` clears the old one.',
      params,
      body: subscriptionPatch,
      examples: examples.patch,
      status: 200,
      answer: subscriptionView,
      refusals: [404],
      change: (tx, request) =>
        patchSubscription(tx, request.visible, sealer, rules, request.params.id, request.body),
    }),
    route({
      method: 'delete',
      path: '/v1/subscriptions/{id}',
      operationId: 'deleteSubscription',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Delete a subscription',
      description: 'Its waiting deliveries are cancelled, its secrets erased.',
      params,
      status: 204,
      refusals: [404],
      change: (tx, request) => deleteSubscription(tx, request.visible, request.params.id),
    }),
  ];
}
