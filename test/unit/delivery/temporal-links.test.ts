import { deliveriesUrl, workflowUrl } from '../../../src/delivery/temporal-links';

const links = { uiUrl: 'https://temporal.example.com', namespace: 'cpm prod' };
const workflows = 'https://temporal.example.com/namespaces/cpm%20prod/workflows';
const queryOf = (url: string | null): string | null => url && new URL(url).searchParams.get('query');

it('leads to a workflow', () => {
  expect(workflowUrl(links, 'delivery-1')).toBe(`${workflows}/delivery-1`);
});

it('leads to the deliveries that filters mean', () => {
  const url = deliveriesUrl(links, {
    ...{ subscriptionId: 's-1', citizenId: 'c-1', updateType: 'consent-receipts' },
    ...{ status: 'waiting', statusCode: 503 },
  });
  expect(url).toMatch(new RegExp(`^${workflows}\\?query=`));
  expect(queryOf(url)).toBe(
    'WorkflowType="deliverWebhook" AND CpmSubscriptionId="s-1" AND CpmCitizenId="c-1" AND ' +
      'CpmUpdateType="consent-receipts" AND CpmDeliveryStatus="waiting" AND CpmLastStatusCode=503 AND ExecutionStatus="Running"',
  );
});

it('leads to finished ones by their status, and to all undelivered ones by what runs', () => {
  expect(queryOf(deliveriesUrl(links, { status: 'delivered' }))).not.toContain('Running');
  expect(queryOf(deliveriesUrl(links, { undelivered: true }))).toBe(
    'WorkflowType="deliverWebhook" AND ExecutionStatus="Running"',
  );
});

it.each<[string, Parameters<typeof deliveriesUrl>[1]]>([
  ['the reference of a citizen', { externalRef: 'customer-1' }],
  ['a change', { changeId: 'c-1' }],
  ['a time', { from: new Date() }],
  ['what is not begun', { status: 'pending' }],
])('leads nowhere by %s, which Temporal does not know', (_, filters) => {
  expect(deliveriesUrl(links, filters)).toBeNull();
});
