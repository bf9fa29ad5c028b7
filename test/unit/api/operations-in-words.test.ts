/** The audit trail of the admin UI tells of every operation in the reader's language. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { audit as german } from '../../../web/src/i18n/de/audit';
import { audit as english } from '../../../web/src/i18n/en/audit';

const types = readFileSync(path.join(__dirname, '../../../packages/client/src/schema.ts'), 'utf8');
const operations = [...types.matchAll(/operations\['(\w+)'\]/g)].map(([, name = '']) => name).sort();

describe.each(Object.entries({ english, german }))('the audit trail in %s', (_, { audit }) => {
  it('has words for every operation of the API, and for no other', () => {
    expect(operations.length).toBeGreaterThan(70);
    expect(Object.keys(audit.actions).sort()).toEqual(operations);
  });
});
