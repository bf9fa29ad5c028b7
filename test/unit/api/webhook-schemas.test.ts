/** What the schemas and the AsyncAPI document promise to those who validate webhooks or make types of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import asyncApi from '@asyncapi/specs/schemas/3.0.0.json';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { version } from '../../../package.json';
import { describeWebhooks } from '../../../src/api/webhooks/asyncapi';
import { schemaDocument } from '../../../src/api/webhooks/json-schemas';
import { samplePayloads } from '../../../src/delivery/samples';
import { projectRoot } from '../../../src/platform/project-root';
import { UPDATE_TYPES, type UpdateType } from '../../../src/subscriptions/schema';
import { undocumented } from '../../harness/webhook-schemas';

const samples = samplePayloads(new Date());
const wrongWith = (updateType: UpdateType, body: object): string | undefined =>
  undocumented({ 'x-cpm-update-type': updateType }, JSON.stringify(body));

describe('the schema of a webhook', () => {
  it.each(UPDATE_TYPES)('takes the example of %s', (updateType) => {
    expect(wrongWith(updateType, samples[updateType])).toBeUndefined();
  });

  it.each(UPDATE_TYPES)(
    'refuses a body of %s with another field, or without one of its own',
    (updateType) => {
      const { sentAt, ...others } = samples[updateType];
      expect(wrongWith(updateType, { ...others, sentAt, more: 1 })).toContain('additional properties');
      expect(wrongWith(updateType, others)).toContain("'sentAt'");
    },
  );

  it('lets a receipt leave out a kind in which nothing was altered, and the full state none', () => {
    const { permissions: _, ...receipt } = samples['consent-receipts'];
    const { preferences: __, ...state } = samples['effective-permission'];
    expect(wrongWith('consent-receipts', receipt)).toBeUndefined();
    expect(wrongWith('effective-permission', state)).toContain("'preferences'");
  });

  it('lets the entries of a receipt say what was before, and those of the full state not', () => {
    const { permissions = [], ...rest } = samples['consent-receipts'];
    const saying = (previous: unknown) => ({
      ...rest,
      permissions: permissions.map((entry) => ({ ...entry, previous })),
    });
    expect(wrongWith('consent-receipts', saying(permissions[0]))).toBeUndefined();
    expect(wrongWith('consent-receipts', saying(null))).toBeUndefined();
    expect(wrongWith('consent-receipts', saying({ state: 'GRANTED' }))).toContain('required');
    const state = { ...samples['effective-permission'], permissions: saying(null).permissions };
    expect(wrongWith('effective-permission', state)).toContain('additional properties');
  });

  it('names the states, and allows none where a permission went out of effect', () => {
    const { permissions = [], ...rest } = samples['consent-receipts'];
    const saying = (state: string | null) => ({
      ...rest,
      permissions: permissions.map((entry) => ({ ...entry, state })),
    });
    expect(wrongWith('consent-receipts', saying(null))).toBeUndefined();
    expect(wrongWith('consent-receipts', saying('EXPIRED'))).toContain('allowed values');
  });

  it('does not repeat what a body says', () => {
    const { citizenId: _, ...email } = samples['citizen-emails'];
    expect(wrongWith('citizen-emails', { ...email, externalRef: 7 })).not.toContain('example.com');
  });
});

describe('the AsyncAPI document', () => {
  const document = describeWebhooks(version);

  it('is valid by the specification', () => {
    // The specification brings the schema of schemas itself.
    const ajv = addFormats(new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false }));
    const validate = ajv.compile(asyncApi);
    expect([validate(document), validate.errors]).toEqual([true, null]);
  });

  it('refers to nothing that it lacks', () => {
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    expect(references.length).toBeGreaterThan(10);
    for (const reference of new Set(references)) {
      const [, ...steps] = reference.slice('"$ref":"'.length, -1).split('/');
      const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });
});

describe('docs/schemas', () => {
  it.each([
    ...UPDATE_TYPES.map((type) => [`docs/schemas/${type}.json`, () => schemaDocument(type)] as const),
    ['docs/schemas/asyncapi.json', () => describeWebhooks(version)] as const,
  ])('has %s as it is served', (name, make) => {
    const file = path.join(projectRoot, name);
    const text = `${JSON.stringify(make(), null, 2)}\n`;
    if (process.env.UPDATE_DOCS) writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
