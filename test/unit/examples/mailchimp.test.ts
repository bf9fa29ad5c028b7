/** docs/examples/mailchimp, with a server in place of Mailchimp that holds what comes against what Mailchimp documents. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { samplePayloads } from '../../../src/delivery/samples';
import { CopiedExample, type RunningExample } from '../../harness/examples';
import { freePorts } from '../../harness/free-ports';
import { VendorApi, type Call } from '../../harness/vendor-api';

const PATH = /^\/3\.0\/lists\/a1b2c3d4e5\/members\/[0-9a-f]{32}\?skip_merge_validation=true$/;
const status = z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']);
const member = {
  email_address: z.email(),
  status: status.optional(),
  interests: z.record(z.string(), z.boolean()).optional(),
  marketing_permissions: z
    .array(z.strictObject({ marketing_permission_id: z.string(), enabled: z.boolean() }))
    .optional(),
};

/** mailchimp.com/developer, Marketing API: add or update list member, update list member. */
const CALLS: readonly Call[] = [
  { method: 'PUT', path: PATH, body: z.strictObject({ ...member, status_if_new: status }) },
  { method: 'PATCH', path: PATH, body: z.strictObject(member) },
];

const KEY = '0123456789abcdef0123456789abcdef-us21';
const EMAIL = 'Anna@Example.com';
const problem = (code: number, title: string) => () => ({
  ...{ status: code, body: { type: '', title, status: code, detail: `${EMAIL} is refused`, instance: '' } },
});
const done = () => ({ status: 200, body: { id: '', email_address: EMAIL } });

let mailchimp: VendorApi;
let example: CopiedExample;
let receiver: RunningExample;
beforeAll(async () => {
  const authorization = `Basic ${Buffer.from(`key:${KEY}`).toString('base64')}`;
  mailchimp = await VendorApi.start(CALLS, authorization, done);
  example = new CopiedExample('mailchimp', ['@cpm-webhooks/receiver']);
  const [port = 0] = await freePorts(1);
  const variables = {
    ...{ MAILCHIMP_URL: mailchimp.url, MAILCHIMP_API_KEY: KEY, MAILCHIMP_LIST_ID: 'a1b2c3d4e5' },
    MAILCHIMP_PERMISSIONS: '{"option:profiling":"e9f0a1b2c3"}',
    MAILCHIMP_INTERESTS: '{"preference:contact-frequency":{"weekly":"1a2b3c4d5e","monthly":"5e4d3c2b1a"}}',
  };
  receiver = await example.start([process.execPath, 'receiver.mjs'], variables, port);
});
afterAll(async () => {
  await receiver.stop();
  await mailchimp.stop();
  example.remove();
});
beforeEach(() => {
  mailchimp.answer = done;
  mailchimp.taken();
});
afterEach(() => expect(mailchimp.undocumented).toEqual([]));

const { citizenId, permissions } = samplePayloads(new Date())['effective-permission'];
const [granted] = permissions;
const NOTHING = { externalRef: EMAIL, permissions: [], preferences: [] };
let sequence = 0;
const send = ({ body, ...sending }: Partial<Parameters<RunningExample['send']>[0]> = {}): Promise<number> =>
  receiver.send({ id: `id-${(sequence += 1)}`, sequence, ...sending, body: { externalRef: EMAIL, ...body } });
const receipt = (state: string | null) => ({
  ...{ updateType: 'consent-receipts' as const, body: { permissions: [{ ...granted, state }] } },
});

describe('Mailchimp as a receiver', () => {
  it('is told of a full state: the status, marketing permissions and interests, by the hash of the address', async () => {
    expect(await send()).toBe(204);
    const [request, ...more] = mailchimp.taken();
    expect(request?.method).toBe('PUT');
    expect(request?.path).toContain(createHash('md5').update('anna@example.com').digest('hex'));
    expect(request?.body).toEqual({
      ...{ email_address: EMAIL, status: 'subscribed', status_if_new: 'subscribed' },
      marketing_permissions: [{ marketing_permission_id: 'e9f0a1b2c3', enabled: false }],
      interests: { '1a2b3c4d5e': true, '5e4d3c2b1a': false },
    });
    expect(more).toEqual([]);
  });

  it('is told of what a full state leaves out as withdrawn, and of a receipt only what it says', async () => {
    expect(await send({ body: NOTHING })).toBe(204);
    expect(mailchimp.taken().map(({ method, body }) => [method, body])).toEqual([
      [
        'PATCH',
        {
          ...{ email_address: EMAIL, status: 'unsubscribed' },
          marketing_permissions: [{ marketing_permission_id: 'e9f0a1b2c3', enabled: false }],
          interests: { '1a2b3c4d5e': false, '5e4d3c2b1a': false },
        },
      ],
    ]);
    const told = { GRANTED: 'subscribed', PENDING: 'unsubscribed', null: 'unsubscribed' };
    for (const [state, wanted] of Object.entries(told)) {
      expect(await send(receipt(state === 'null' ? null : state))).toBe(204);
      const [{ body }] = mailchimp.taken() as [any];
      expect([body.status, body.interests, body.marketing_permissions]).toEqual([
        wanted,
        undefined,
        undefined,
      ]);
    }
    const other = { permissions: [{ ...granted, optionId: 'profiling' }] };
    expect(await send({ updateType: 'consent-receipts', body: other })).toBe(204);
    expect(mailchimp.taken()[0]?.body).toEqual({
      email_address: EMAIL,
      marketing_permissions: [{ marketing_permission_id: 'e9f0a1b2c3', enabled: true }],
    });
  });

  it('is told nothing of a repetition, of what is older, and of a test', async () => {
    expect(await send({ id: 'known' })).toBe(204);
    mailchimp.taken();
    expect([await send({ id: 'known' }), await send({ sequence: 1 }), await send({ test: true })]).toEqual([
      204, 204, 204,
    ]);
    expect(mailchimp.taken()).toEqual([]);
  });

  it('takes nobody as a member who does not permit it', async () => {
    mailchimp.answer = problem(404, 'Resource Not Found');
    expect(await send({ body: NOTHING })).toBe(204);
    expect(await send()).toBe(500);
  });

  it.each([429, 500, 403])('has the webhook sent again after a %d, and then handled', async (code) => {
    for (const sending of [receipt('GRANTED'), receipt(null)]) {
      mailchimp.answer = problem(code, 'Some Error');
      expect(await send({ id: `${code} ${sending.body.permissions[0]?.state}`, ...sending })).toBe(500);
      mailchimp.answer = done;
      expect(await send({ id: `${code} ${sending.body.permissions[0]?.state}`, ...sending })).toBe(204);
    }
  });

  it.each(['Member In Compliance State', 'Forgotten Email Not Subscribed'])(
    'drops a grant that is refused for good (%s), says so, and never a withdrawal',
    async (title) => {
      mailchimp.answer = problem(400, title);
      expect(await send()).toBe(204);
      expect(receiver.output).toContain(`citizen ${citizenId} is not subscribed: ${title}`);
      expect(await send({ body: NOTHING })).toBe(500);
    },
  );

  it('finds a member by the id of the citizen once the reference is erased', async () => {
    expect(await send()).toBe(204);
    mailchimp.taken();
    expect(await send({ body: { ...NOTHING, externalRef: null } })).toBe(204);
    expect(mailchimp.taken()[0]?.body).toMatchObject({ email_address: EMAIL, status: 'unsubscribed' });
    const unknown = { ...NOTHING, externalRef: null, citizenId: citizenId.replace(/.$/, 'f') };
    expect(await send({ body: unknown })).toBe(204);
    expect(mailchimp.taken()).toEqual([]);
  });

  it('prints no secret and no address', () => {
    expect(receiver.output).toContain('Mailchimp answers with 429');
    for (const secret of [KEY, example.secret, EMAIL]) expect(receiver.output).not.toContain(secret);
  });
});
