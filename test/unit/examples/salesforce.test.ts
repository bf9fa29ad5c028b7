/** docs/examples/salesforce, with a server in place of Salesforce that holds what comes against what Salesforce documents. */
import { z } from 'zod';
import { samplePayloads } from '../../../src/delivery/samples';
import { CopiedExample, type RunningExample } from '../../harness/examples';
import { freePorts } from '../../harness/free-ports';
import { VendorApi, type Call, type VendorAnswer, type VendorRequest } from '../../harness/vendor-api';

const API = '/services/data/v62.0';
const CONTACT = new RegExp(
  `^${API}/sobjects/Contact/(Customer_Ref__c|CPM_Citizen_Id__c)/[^/?]+\\?updateOnly=true$`,
);
const RECORD = new RegExp(`^${API}/sobjects/Consent_Record__c/Transaction_Id__c/[0-9a-f-]{36}$`);

const text = z.string();
/** A field of an upsert's URL must not be in its body. */
const contact = z.strictObject({
  HasOptedOutOfEmail: z.boolean().optional(),
  Profiling_Consent__c: text.nullable().optional(),
  Contact_Frequency__c: text.nullable().optional(),
  CPM_Citizen_Id__c: z.uuid().optional(),
});
const record = z.strictObject({
  Contact__r: z.union([
    z.strictObject({ Customer_Ref__c: text }),
    z.strictObject({ CPM_Citizen_Id__c: z.uuid() }),
  ]),
  ...{ Option__c: text, State__c: text, Lawful_Basis__c: text, Statement__c: text.nullable() },
  Obtained_At__c: z.iso.datetime(),
});
const part = (url: RegExp, body: z.ZodType) =>
  z.strictObject({
    ...{ method: z.literal('PATCH'), url: z.string().regex(url), body },
    referenceId: z.string().regex(/^[a-zA-Z]\w*$/),
  });

/** developer.salesforce.com, REST API Developer Guide: sObject Rows by External ID, Composite. */
const CALLS: readonly Call[] = [
  { method: 'PATCH', path: CONTACT, body: contact },
  {
    ...{ method: 'POST', path: new RegExp(`^${API}/composite$`) },
    body: z.strictObject({
      allOrNone: z.boolean(),
      compositeRequest: z
        .array(z.union([part(CONTACT, contact), part(RECORD, record)]))
        .min(1)
        .max(25),
    }),
  },
];

const TOKEN = '00D0123456789!secret';
const updated = { id: '0031234', success: true, errors: [], created: false };
const refused = (errorCode: string) => [{ errorCode, message: 'customer-4711' }];

/** Whether a contact is there, as Salesforce answers it: alone, and as the first part of a composite request. */
const answering =
  (status: number, errorCode = '') =>
  ({ body, path }: VendorRequest): VendorAnswer => {
    const first = status < 300 ? updated : refused(errorCode);
    if (!path.endsWith('/composite')) return { status, body: first };
    const others =
      status < 300
        ? { httpStatusCode: 201, body: updated }
        : { httpStatusCode: 400, body: refused('PROCESSING_HALTED') };
    const compositeResponse = body.compositeRequest.map(
      ({ referenceId }: { referenceId: string }, index: number) => ({
        ...{ referenceId, httpHeaders: {} },
        ...(index === 0 ? { httpStatusCode: status, body: first } : others),
      }),
    );
    return { status: 200, body: { compositeResponse } };
  };

let salesforce: VendorApi;
let example: CopiedExample;
/** Without and with records as evidence. */
let plain: RunningExample;
let evident: RunningExample;
beforeAll(async () => {
  salesforce = await VendorApi.start(CALLS, `Bearer ${TOKEN}`, answering(200));
  example = new CopiedExample('salesforce', ['@cpm-webhooks/receiver']);
  const variables = {
    ...{ SALESFORCE_URL: salesforce.url, SALESFORCE_ACCESS_TOKEN: TOKEN },
    SALESFORCE_FIELDS: JSON.stringify({
      'option:newsletter': 'HasOptedOutOfEmail',
      'option:profiling': 'Profiling_Consent__c',
      'preference:contact-frequency': 'Contact_Frequency__c',
    }),
  };
  const evidence = { ...variables, SALESFORCE_EVIDENCE_OBJECT: 'Consent_Record__c' };
  const ports = await freePorts(2);
  [plain, evident] = (await Promise.all(
    ports.map((port, index) =>
      example.start([process.execPath, 'receiver.mjs'], index === 0 ? variables : evidence, port),
    ),
  )) as [RunningExample, RunningExample];
});
afterAll(async () => {
  await Promise.all([plain.stop(), evident.stop()]);
  await salesforce.stop();
  example.remove();
});
beforeEach(() => {
  salesforce.answer = answering(200);
  salesforce.taken();
});
afterEach(() => expect(salesforce.undocumented).toEqual([]));

const { citizenId, externalRef, permissions } = samplePayloads(new Date())['effective-permission'];
const [granted] = permissions;
let sequence = 0;
const send = (sending: Partial<Parameters<RunningExample['send']>[0]> = {}, to = plain): Promise<number> =>
  to.send({ id: `id-${(sequence += 1)}`, sequence, ...sending });

describe('Salesforce as a receiver', () => {
  it('is told of a full state: an opt-out is what is not permitted, other fields have states and choices', async () => {
    expect(await send()).toBe(204);
    const [request, ...more] = salesforce.taken();
    expect(request?.path).toBe(`${API}/sobjects/Contact/Customer_Ref__c/${externalRef}?updateOnly=true`);
    expect(request?.body).toEqual({
      ...{ HasOptedOutOfEmail: false, Profiling_Consent__c: 'DENIED', Contact_Frequency__c: 'weekly' },
      CPM_Citizen_Id__c: citizenId,
    });
    expect(more).toEqual([]);
  });

  it('is told of what a full state leaves out as withdrawn, and of a receipt only what it says', async () => {
    expect(await send({ body: { permissions: [], preferences: [] } })).toBe(204);
    expect(salesforce.taken()[0]?.body).toMatchObject({
      ...{ HasOptedOutOfEmail: true, Profiling_Consent__c: null, Contact_Frequency__c: null },
    });
    for (const [state, isOut] of [
      ['GRANTED', false],
      [null, true],
    ] as const) {
      const body = { permissions: [{ ...granted, state }] };
      expect(await send({ updateType: 'consent-receipts', body })).toBe(204);
      expect(salesforce.taken()[0]?.body).toEqual({
        HasOptedOutOfEmail: isOut,
        CPM_Citizen_Id__c: citizenId,
      });
    }
  });

  it('is told nothing of a repetition, of what is older, and of a test', async () => {
    expect(await send({ id: 'known' })).toBe(204);
    salesforce.taken();
    expect([await send({ id: 'known' }), await send({ sequence: 1 }), await send({ test: true })]).toEqual([
      204, 204, 204,
    ]);
    expect(salesforce.taken()).toEqual([]);
  });

  it('finds references with any letter, and a contact by the id of the citizen once the reference is erased', async () => {
    expect(await send({ body: { externalRef: 'a/b?c ä' } })).toBe(204);
    expect(salesforce.taken()[0]?.path).toContain('/Customer_Ref__c/a%2Fb%3Fc%20%C3%A4?');
    expect(await send({ body: { externalRef: null, permissions: [] } })).toBe(204);
    const [request] = salesforce.taken();
    expect(request?.path).toContain(`/CPM_Citizen_Id__c/${citizenId}?`);
    expect(request?.body).not.toHaveProperty('CPM_Citizen_Id__c');
  });

  it('writes a record of each transaction as evidence, in requests of which each does all or nothing', async () => {
    expect(await send({}, evident)).toBe(204);
    const [request] = salesforce.taken();
    expect(request?.body.allOrNone).toBe(true);
    expect(request?.body.compositeRequest.map(({ url }: { url: string }) => url)).toEqual([
      `${API}/sobjects/Contact/Customer_Ref__c/${externalRef}?updateOnly=true`,
      ...permissions.map(
        ({ transactionId }) => `${API}/sobjects/Consent_Record__c/Transaction_Id__c/${transactionId}`,
      ),
    ]);
    expect(request?.body.compositeRequest[1].body).toMatchObject({
      ...{
        Contact__r: { Customer_Ref__c: externalRef },
        Option__c: 'option:newsletter',
        State__c: 'GRANTED',
      },
    });
    const many = Array.from({ length: 30 }, () => granted);
    expect(await send({ body: { permissions: many } }, evident)).toBe(204);
    expect(salesforce.taken().map(({ body }) => body.compositeRequest.length)).toEqual([25, 6]);
  });

  it.each([
    [429, 'REQUEST_LIMIT_EXCEEDED'],
    [503, 'SERVER_UNAVAILABLE'],
    [401, 'INVALID_SESSION_ID'],
    [300, 'MULTIPLE'],
    [400, 'INVALID_FIELD'],
    [404, 'INVALID_TYPE'],
  ])('has the webhook sent again after a %d (%s), and then handled', async (status, code) => {
    for (const to of [plain, evident]) {
      const id = `again-${status}-${code}`;
      salesforce.answer = answering(status, code);
      expect(await send({ id }, to)).toBe(500);
      salesforce.answer = answering(200);
      expect(await send({ id }, to)).toBe(204);
    }
  });

  it('takes a contact that is not there for handled', async () => {
    salesforce.answer = answering(404, 'NOT_FOUND');
    expect([await send(), await send({}, evident)]).toEqual([204, 204]);
  });

  it('prints no secret and no reference', () => {
    const output = plain.output + evident.output;
    expect(output).toContain('Salesforce answers sobjects/Contact with 429 (REQUEST_LIMIT_EXCEEDED)');
    for (const secret of [TOKEN, example.secret, externalRef]) expect(output).not.toContain(secret);
  });
});
