/** What recording a change may cost: each round trip is waited for with the citizen locked, and costs both sides processor time. */
import { ApiRig } from '../../harness/api';
import { countRoundTrips, type RoundTripCounter } from '../../harness/round-trips';
import { startTestPostgres } from '../../harness/stack';

/** Lock the citizen and read (with the BEGIN), write (with the COMMIT). */
const BUDGET = 2;

let counter: RoundTripCounter;
let api: ApiRig;

beforeAll(async () => {
  const postgres = await startTestPostgres();
  counter = await countRoundTrips(postgres.url);
  api = await ApiRig.start({}, { url: counter.url, stop: () => postgres.stop() });
  await put('', { name: 'Shop' });
  await put('/options/news', { name: 'News' });
  await put('/privacy-policies/2026', { reference: 'Privacy 2026', name: 'Privacy' });
  await put('/permission-statements/news', { reference: 'News by e-mail', text: 'Yes, please.' });
  await put('/preferences/colour', {
    ...{ label: 'Colour', type: 'single' },
    choices: [{ reference: 'red', label: 'Red' }],
  });
  for (const updateType of ['effective-permission', 'consent-receipts', 'consent-receipts']) {
    const body = { applicationId: 'shop', name: 'CRM', url: 'https://example.com', updateType };
    await create(body);
  }
  const paused = await create({
    applicationId: 'shop',
    name: 'Paused',
    url: 'https://example.com',
    updateType: 'consent-receipts',
  });
  const { status } = await api.call('PATCH', `/v1/subscriptions/${paused}`, { body: { status: 'paused' } });
  expect(status).toBe(200);
});
afterAll(async () => {
  await api.stop();
  await counter.stop();
});

async function put(path: string, body: object): Promise<void> {
  expect((await api.call('PUT', `/v1/applications/shop${path}`, { body })).status).toBe(200);
}

async function create(body: object): Promise<string> {
  const answer = await api.call('POST', '/v1/subscriptions', { body });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

const change = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
const named = { privacyPolicyId: '2026', permissionStatementId: 'news' };

/** Records a change, and answers with its round trips. */
async function record(
  externalRef: string,
  path = '/v1/permissions/transactions',
  more: object = {},
  headers: Record<string, string> = {},
): Promise<number> {
  const body = { applicationId: 'shop', externalRef, changes: [change], ...named, ...more };
  counter.take();
  const answer = await api.call('POST', path, { body, headers });
  expect([answer.status, answer.body.deliveries.length]).toEqual([202, 3]);
  return counter.take();
}

describe('recording a change', () => {
  it('of a known citizen takes two round trips, whatever its subscriptions and what it names', async () => {
    await record('known');
    expect(await record('known')).toBe(BUDGET);
  });

  it('takes as many together with preferences', async () => {
    const preferences = [{ preference: 'colour', choices: ['red'] }];
    await record('whole', '/v1/consent-state', { preferences });
    expect(await record('whole', '/v1/consent-state', { preferences })).toBe(BUDGET);
  });

  it('with an idempotency key takes two more: to lock it, and to look for an answer', async () => {
    await record('key');
    await record('key', undefined, {}, { 'idempotency-key': 'first' });
    expect(await record('key', undefined, {}, { 'idempotency-key': 'second' })).toBe(BUDGET + 2);
  });

  it('of a new citizen takes one more', async () => {
    await record('warm');
    expect(await record('new')).toBe(BUDGET + 1);
  });
});
