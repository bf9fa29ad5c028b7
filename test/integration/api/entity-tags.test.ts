/** Nobody writes over what they have not seen: entity tags, and writes that depend on them (RFC 9110 §13). */
import { ApiRig } from '../../harness/api';
import { OpenApi } from '../../harness/openapi';

let api: ApiRig;
let subscription: string;

beforeAll(async () => {
  api = await ApiRig.start({ rules: { allowPrivateTargets: true } });
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  const { body } = await api.call('POST', '/v1/subscriptions', { body: crm('CRM') });
  subscription = `/v1/subscriptions/${body.id}`;
});
afterAll(() => api.stop());

const crm = (name: string) => ({
  ...{ applicationId: 'shop', name, url: 'https://crm.example.com/hook', updateType: 'consent-receipts' },
  authentication: { authType: 'bearer', bearerAuth: { token: 'token-of-the-crm' } },
});
const TEMPLATE = {
  subject: 'Please confirm',
  mjml: '<mjml><mj-body><mj-section><mj-column><mj-text><a href="{{ confirmUrl }}">Yes</a></mj-text></mj-column></mj-section></mj-body></mjml>',
  text: 'Confirm: {{ confirmUrl }}',
};
const shop = '/v1/applications/shop';

/** Everything that has tags, as a first and as a later version. */
const things: [string, () => string, object, object][] = [
  ['a subscription', () => subscription, crm('CRM'), crm('CRM, new')],
  ['an application', () => shop, { name: 'Shop' }, { name: 'Shop, new' }],
  ['an option', () => `${shop}/options/news`, { name: 'News' }, { name: 'Newsletter' }],
  [
    'an option group',
    () => `${shop}/option-groups/all`,
    { name: 'All', optionIds: [] },
    { name: 'Each', optionIds: [] },
  ],
  [
    'a privacy policy',
    () => `${shop}/privacy-policies/p1`,
    { reference: '1', name: 'Privacy' },
    { reference: '2', name: 'Privacy' },
  ],
  [
    'a permission statement',
    () => `${shop}/permission-statements/s1`,
    { reference: '1', text: 'Yes' },
    { reference: '1', text: 'Yes, please' },
  ],
  [
    'a preference',
    () => `${shop}/preferences/colour`,
    { label: 'Colour', type: 'single', choices: [{ reference: 'red', label: 'Red' }] },
    { label: 'Colour', type: 'single', choices: [{ reference: 'red', label: 'Rot' }] },
  ],
  [
    'an e-mail template',
    () => `${shop}/email-templates/double-opt-in/en`,
    TEMPLATE,
    { ...TEMPLATE, subject: 'Confirm' },
  ],
];

const tagOf = async (path: string) => (await api.call('GET', path)).headers.get('etag') ?? '';
const put = (path: string, body: object, headers: Record<string, string> = {}) =>
  api.call('PUT', path, { body, headers });

describe.each(things)('the entity tag of %s', (_name, at, first, later) => {
  it('is what GET, and the answer to a write, tell of the same state', async () => {
    const written = await put(at(), first);
    expect(written.headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
    expect(await tagOf(at())).toBe(written.headers.get('etag'));
  });

  it('lets a write that follows from another state change nothing', async () => {
    await put(at(), first);
    const read = await tagOf(at());
    expect((await put(at(), later)).status).toBe(200);
    const { body: before } = await api.call('GET', at());
    const refused = await put(at(), first, { 'If-Match': read });
    expect([refused.status, refused.body.code]).toEqual([412, 'changed_meanwhile']);
    expect((await api.call('DELETE', at(), { headers: { 'If-Match': read } })).status).toBe(412);
    expect((await api.call('GET', at())).body).toEqual(before);
  });

  it('lets a write that follows from the present state through', async () => {
    await put(at(), first);
    expect((await put(at(), later, { 'If-Match': await tagOf(at()) })).status).toBe(200);
    expect((await put(at(), first, { 'If-Match': `"other", ${await tagOf(at())}` })).status).toBe(200);
    expect((await put(at(), later, { 'If-Match': '*' })).status).toBe(200);
  });

  it('keeps a PUT that is to create from replacing what there is', async () => {
    await put(at(), first);
    const { body: before } = await api.call('GET', at());
    const refused = await put(at(), later, { 'If-None-Match': '*' });
    expect([refused.status, refused.body.code]).toEqual([412, 'exists_already']);
    expect((await api.call('GET', at())).body).toEqual(before);
  });
});

describe('entity tags', () => {
  it('let a PUT create what is not there yet', async () => {
    expect((await put(`${shop}/options/new`, { name: 'New' }, { 'If-None-Match': '*' })).status).toBe(200);
  });

  it('let one of two people who have read the same write, at the same moment too', async () => {
    await put(`${shop}/options/race`, { name: 'Race' });
    const read = { 'If-Match': await tagOf(`${shop}/options/race`) };
    const all = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => put(`${shop}/options/race`, { name }, read)),
    );
    expect(all.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it('change with a secret, which no answer shows', async () => {
    const before = await tagOf(subscription);
    await api.call('PATCH', subscription, {
      body: { authentication: { authType: 'bearer', bearerAuth: { token: 'another-token' } } },
    });
    const body = { name: 'Renamed' };
    expect((await api.call('PATCH', subscription, { body, headers: { 'If-Match': before } })).status).toBe(
      412,
    );
  });

  it('do not hide how the deliveries of a subscription fare', async () => {
    const tag = await tagOf(subscription);
    const again = await api.call('GET', subscription, { headers: { 'If-None-Match': tag } });
    expect([again.status, again.body.health]).toEqual([200, expect.any(Object)]);
  });

  it('stand in the OpenAPI document, with the refusal', async () => {
    const { operations } = await OpenApi.read(api.url);
    const { parameters = [], responses } = operations.find(
      (one) => one.operationId === 'updateSubscription',
    )!;
    expect(parameters.map(({ name }) => name)).toContain('If-Match');
    expect(responses).toHaveProperty(['412']);
  });
});
