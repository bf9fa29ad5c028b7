import { z } from 'zod';
import { sampleRequest, type EndpointTester } from '../../delivery/endpoint-test';
import { samplePayloads } from '../../delivery/samples';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { SubscriptionRules } from '../../subscriptions/create';
import { subscriptionId } from '../../subscriptions/schema';
import { storedTestRequest, unsavedSubscription, unsavedTestRequest } from '../../subscriptions/test-request';
import * as examples from '../examples/subscriptions';
import { route, type Route } from '../route';
import { endpointTest, samples, shownRequest } from '../schemas/endpoint-tests';

const tag = 'Test requests';

const ABOUT =
  'POSTs an example payload of the update type, now and once, marked `X-CPM-Test: true`, signed and authenticated as a ' +
  'delivery is, even while the subscription is paused. Nothing is recorded.';

/** Tests of endpoints. Mount them before the routes that would take `test` for an id. */
export function endpointTestRoutes(
  db: Database,
  sealer: Sealer,
  rules: SubscriptionRules,
  tester: EndpointTester,
): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/subscriptions/test',
      operationId: 'testSubscriptionDraft',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Send a test request for a draft',
      description: `${ABOUT} A draft of a new subscription signs with a secret that nobody knows.`,
      body: unsavedSubscription,
      examples: examples.draft,
      status: 200,
      answer: endpointTest,
      refusals: [404, 429],
      act: async ({ visible, body }) =>
        tester.test(await unsavedTestRequest(db, visible, sealer, rules, body)),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/test',
      operationId: 'testSubscription',
      tag,
      access: { scope: 'subscriptions:write' },
      summary: 'Send a test request',
      description: ABOUT,
      params: z.object({ id: subscriptionId }),
      status: 200,
      answer: endpointTest,
      refusals: [404, 429],
      act: async ({ visible, params }) =>
        tester.test(await storedTestRequest(db, visible, sealer, params.id)),
    }),
    route({
      method: 'get',
      path: '/v1/subscriptions/{id}/sample',
      operationId: 'getSubscriptionSample',
      tag,
      access: { scope: 'subscriptions:read' },
      summary: 'Get an example of what a subscription is sent',
      description:
        'The request that a test would send, of what the filter names. Its signature is of a random key, so that nobody takes it for genuine; credentials are redacted.',
      params: z.object({ id: subscriptionId }),
      status: 200,
      answer: shownRequest,
      refusals: [404],
      read: async ({ visible, params }) =>
        sampleRequest(sealer, await storedTestRequest(db, visible, sealer, params.id)),
    }),
    route({
      method: 'get',
      path: '/v1/sample-payloads',
      operationId: 'getSamplePayloads',
      tag,
      access: { scope: 'subscriptions:read' },
      summary: 'Get an example payload of each type',
      status: 200,
      answer: samples,
      read: () => Promise.resolve(samplePayloads(new Date())),
    }),
  ];
}
