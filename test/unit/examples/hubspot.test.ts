/** docs/examples/hubspot, with a server in place of HubSpot that holds what comes against what HubSpot documents. */
import { z } from 'zod';
import { samplePayloads } from '../../../src/delivery/samples';
import { CopiedExample, type RunningExample } from '../../harness/examples';
import { freePorts } from '../../harness/free-ports';
import { VendorApi, type Call, type VendorAnswer, type VendorRequest } from '../../harness/vendor-api';

const READ = '/crm/v3/objects/contacts/batch/read';
const UPSERT = '/crm/v3/objects/contacts/batch/upsert';
const WRITE = '/communication-preferences/v4/statuses/batch/write';
const exactly = (path: string): RegExp => new RegExp(`^${path}$`);
const batchOf = <Shape extends z.ZodRawShape>(shape: Shape) => z.array(z.strictObject(shape)).min(1).max(100);

/** developers.hubspot.com, API reference: CRM v3 contacts, communication preferences v4. */
const CALLS: readonly Call[] = [
  {
    ...{ method: 'POST', path: exactly(READ) },
    body: z.strictObject({
      inputs: batchOf({ id: z.string().min(1) }),
      properties: z.array(z.string()),
      propertiesWithHistory: z.array(z.string()),
      idProperty: z.string().optional(),
    }),
  },
  {
    ...{ method: 'POST', path: exactly(UPSERT) },
    body: z.strictObject({
      inputs: batchOf({
        id: z.string().min(1),
        idProperty: z.string().optional(),
        objectWriteTraceId: z.string().optional(),
        properties: z.record(z.string(), z.string()),
      }),
    }),
  },
  {
    ...{ method: 'POST', path: exactly(WRITE) },
    body: z.strictObject({
      inputs: batchOf({
        channel: z.literal('EMAIL'),
        statusState: z.enum(['SUBSCRIBED', 'UNSUBSCRIBED', 'NOT_SPECIFIED']),
        subscriberIdString: z.email(),
        subscriptionId: z.int(),
        legalBasis: z
          .enum([
            ...([
              'LEGITIMATE_INTEREST_PQL',
              'LEGITIMATE_INTEREST_CLIENT',
              'LEGITIMATE_INTEREST_OTHER',
            ] as const),
            ...(['PERFORMANCE_OF_CONTRACT', 'CONSENT_WITH_NOTICE', 'NON_GDPR', 'PROCESS_AND_STORE'] as const),
          ])
          .optional(),
        legalBasisExplanation: z.string().optional(),
      }),
    }),
  },
];

const TOKEN = 'pat-eu1-0123456789';
/** What HubSpot finds. */
let contacts: { id: string; properties: { email: string | null } }[] = [];
const anna = { id: '512', properties: { email: 'anna@example.com' } };

function asHubSpot({ path }: VendorRequest): VendorAnswer {
  const batch = {
    status: 'COMPLETE',
    startedAt: '2026-01-01T00:00:00Z',
    completedAt: '2026-01-01T00:00:00Z',
  };
  if (path !== READ) return { status: 200, body: { ...batch, results: [] } };
  if (contacts.length > 0) return { status: 200, body: { ...batch, results: contacts } };
  const errors = [
    { status: 'error', category: 'OBJECT_NOT_FOUND', message: '', context: {}, links: {}, errors: [] },
  ];
  return { status: 207, body: { ...batch, results: [], numErrors: 1, errors } };
}

let hubspot: VendorApi;
let example: CopiedExample;
let receiver: RunningExample;
beforeAll(async () => {
  hubspot = await VendorApi.start(CALLS, `Bearer ${TOKEN}`, asHubSpot);
  example = new CopiedExample('hubspot', ['@cpm-webhooks/receiver']);
  const [port = 0] = await freePorts(1);
  const variables = {
    HUBSPOT_URL: hubspot.url,
    HUBSPOT_TOKEN: TOKEN,
    HUBSPOT_SUBSCRIPTION_TYPES: '{"option:newsletter":101,"option:profiling":102}',
    HUBSPOT_PROPERTIES:
      '{"option:profiling":"consent_profiling","preference:contact-frequency":"contact_frequency"}',
  };
  receiver = await example.start([process.execPath, 'receiver.mjs'], variables, port);
});
afterAll(async () => {
  await receiver.stop();
  await hubspot.stop();
  example.remove();
});
beforeEach(() => {
  contacts = [anna];
  hubspot.answer = asHubSpot;
  hubspot.taken();
});
afterEach(() => expect(hubspot.undocumented).toEqual([]));

/** Which calls came, each with what it was about. */
const calls = () => hubspot.taken().map(({ path, body }) => [path, body.inputs]);
const sample = samplePayloads(new Date('2026-01-01T00:00:00Z'));
const { citizenId, externalRef, permissions } = sample['effective-permission'];
const [granted] = permissions;
const of = (inputs: { subscriptionId: number; statusState: string }[]) =>
  inputs.map(({ subscriptionId, statusState }) => [subscriptionId, statusState]);
const properties = (values: object) => [
  { id: externalRef, idProperty: 'customer_ref', properties: { ...values, cpm_citizen_id: citizenId } },
];
const read = [READ, [{ id: externalRef }]];

let sequence = 0;
const send = (sending: Partial<Parameters<RunningExample['send']>[0]> = {}): Promise<number> =>
  receiver.send({ id: `id-${(sequence += 1)}`, sequence, ...sending });

describe('HubSpot as a receiver', () => {
  it('is told of a full state: withdrawals first, then properties, then what is granted with its lawful basis', async () => {
    const sentAt = new Date();
    expect(await send({ sentAt })).toBe(204);
    expect(calls()).toEqual([
      read,
      [
        WRITE,
        [
          {
            ...{ channel: 'EMAIL', subscriberIdString: 'anna@example.com', subscriptionId: 102 },
            ...{ statusState: 'UNSUBSCRIBED', legalBasis: 'CONSENT_WITH_NOTICE' },
            legalBasisExplanation: `DENIED, ${sentAt.toISOString()}, transaction ${permissions[1]?.transactionId}`,
          },
        ],
      ],
      [UPSERT, properties({ consent_profiling: 'DENIED', contact_frequency: 'weekly' })],
      [
        WRITE,
        [
          {
            ...{ channel: 'EMAIL', subscriberIdString: 'anna@example.com', subscriptionId: 101 },
            ...{ statusState: 'SUBSCRIBED', legalBasis: 'CONSENT_WITH_NOTICE' },
            legalBasisExplanation: `GRANTED, ${sentAt.toISOString()}, transaction ${granted?.transactionId}`,
          },
        ],
      ],
    ]);
  });

  it('is told of what a full state leaves out as withdrawn, and of a receipt only what it says', async () => {
    expect(await send({ body: { permissions: [], preferences: [] } })).toBe(204);
    const [, [, withdrawn], [, cleared], ...more] = calls() as [any, any, any];
    expect(of(withdrawn)).toEqual([
      [101, 'UNSUBSCRIBED'],
      [102, 'UNSUBSCRIBED'],
    ]);
    expect(cleared).toEqual(properties({ consent_profiling: '', contact_frequency: '' }));
    expect(more).toEqual([]);
    const receipt = (state: string | null) => ({ permissions: [{ ...granted, state }] });
    for (const [state, status] of [
      ['GRANTED', 'SUBSCRIBED'],
      [null, 'UNSUBSCRIBED'],
      ['PENDING', 'UNSUBSCRIBED'],
    ] as const) {
      expect(await send({ updateType: 'consent-receipts', body: receipt(state) })).toBe(204);
      const written = hubspot.taken().filter(({ path }) => path === WRITE);
      expect(written.map(({ body }) => of(body.inputs))).toEqual([[[101, status]]]);
    }
  });

  it('is told nothing of a repetition, of what is older, and of a test', async () => {
    expect(await send({ id: 'known' })).toBe(204);
    hubspot.taken();
    expect(await send({ id: 'known' })).toBe(204);
    expect(await send({ sequence: 1 })).toBe(204);
    expect(await send({ test: true })).toBe(204);
    expect(calls()).toEqual([]);
  });

  it.each([429, 500, 503, 401])('has the webhook sent again after a %d, and then handled', async (status) => {
    for (const path of [READ, UPSERT, WRITE]) {
      const id = `again-${status}-${path}`;
      hubspot.answer = (request) =>
        request.path === path
          ? { status, body: { status: 'error', category: 'RATE_LIMITS' } }
          : asHubSpot(request);
      expect(await send({ id })).toBe(500);
      hubspot.answer = asHubSpot;
      expect(await send({ id })).toBe(204);
    }
  });

  it('drops a grant that HubSpot refuses for good, says so, and never a withdrawal', async () => {
    const refused = (statusState: string) => (request: VendorRequest) =>
      request.body.inputs[0].statusState === statusState
        ? {
            status: 400,
            body: { status: 'error', category: 'VALIDATION_ERROR', message: 'anna@example.com' },
          }
        : asHubSpot(request);
    hubspot.answer = refused('SUBSCRIBED');
    expect(await send()).toBe(204);
    expect(receiver.output).toContain(`citizen ${citizenId} is not subscribed`);
    hubspot.answer = refused('UNSUBSCRIBED');
    expect(await send()).toBe(500);
  });

  it('takes errors within a batch that is answered with a 2xx for what they are', async () => {
    hubspot.answer = (request) => {
      const errors = [{ status: 'error', category: 'INTERNAL_ERROR', message: '' }];
      return request.path === WRITE ? { status: 207, body: { results: [], errors } } : asHubSpot(request);
    };
    expect(await send()).toBe(500);
  });

  it('makes a contact of somebody who permits something, and none of others', async () => {
    contacts = [];
    expect(await send({ body: { permissions: [], preferences: [] } })).toBe(204);
    expect(calls()).toEqual([read]);
    expect(await send()).toBe(204);
    expect(calls()).toEqual([
      read,
      [UPSERT, properties({ consent_profiling: 'DENIED', contact_frequency: 'weekly' })],
    ]);
  });

  it('finds a contact by the id of the citizen once the reference is erased', async () => {
    expect(await send({ body: { externalRef: null, permissions: [], preferences: [] } })).toBe(204);
    const [[, found], [, withdrawn], [, [updated]]] = calls() as [any, any, any];
    expect(found).toEqual([{ id: citizenId }]);
    expect(of(withdrawn)).toContainEqual([101, 'UNSUBSCRIBED']);
    expect(updated).toMatchObject({ id: citizenId, idProperty: 'cpm_citizen_id' });
  });

  it('prints no secret and no address', () => {
    expect(receiver.output).toContain('waiting for webhooks at http://127.0.0.1:');
    for (const secret of [TOKEN, example.secret, 'anna@', externalRef])
      expect(receiver.output).not.toContain(secret);
  });
});
