import { z } from 'zod';
import type { EndpointTester } from '../../delivery/endpoint-test';
import { samplePayloads } from '../../delivery/samples';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { id } from '../../platform/fields';
import type { SubscriptionRules } from '../../subscriptions/create';
import { storedTestRequest, unsavedSubscription, unsavedTestRequest } from '../../subscriptions/test-request';
import { route, type Route } from '../route';
import { endpointTest, samples } from '../schemas/endpoint-tests';

const tag = 'Subscriptions';

const ABOUT =
  'POSTs an example payload of its type, now and once, marked `X-CPM-Test: true`, signed and authenticated as a ' +
  'delivery is. Also where the subscription is paused. Nothing is recorded.';

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
      tag,
      summary: 'Test a subscription that is not saved yet',
      description: `${ABOUT} A subscription that was never saved signs with a secret that nobody knows.`,
      body: unsavedSubscription,
      status: 200,
      answer: endpointTest,
      refusals: [404, 429],
      act: async ({ body }) => tester.test(await unsavedTestRequest(db, sealer, rules, body)),
    }),
    route({
      method: 'post',
      path: '/v1/subscriptions/{id}/test',
      tag,
      summary: 'Test a subscription',
      description: ABOUT,
      params: z.object({ id }),
      status: 200,
      answer: endpointTest,
      refusals: [404, 429],
      act: async ({ params }) => tester.test(await storedTestRequest(db, params.id)),
    }),
    route({
      method: 'get',
      path: '/v1/sample-payloads',
      tag,
      summary: 'Get an example payload of each type',
      status: 200,
      answer: samples,
      read: () => Promise.resolve(samplePayloads(new Date())),
    }),
  ];
}
