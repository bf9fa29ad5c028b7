/** Holds webhooks against the schemas that `/v1/schemas` serves. */
import type { ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { schemaDocument } from '../../src/api/webhooks/json-schemas';
import { UPDATE_TYPES } from '../../src/subscriptions/schema';

const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
const validators = new Map<string, ValidateFunction>(
  UPDATE_TYPES.map((updateType) => [updateType, ajv.compile(schemaDocument(updateType))]),
);

/** What is wrong with a body by the schema of its type, in words; undefined where nothing is. */
export function undocumented(
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
): string | undefined {
  const updateType = headers['x-cpm-update-type'];
  const validate = validators.get(updateType ?? '');
  if (!validate) return updateType === undefined ? undefined : `there is no schema of ${updateType}`;
  if (validate(JSON.parse(body))) return undefined;
  return `${updateType}: the body${ajv.errorsText(validate.errors, { dataVar: '' })}`;
}

/** @throws Error where a body is not as its schema says. */
export function requireDocumented(headers: Parameters<typeof undocumented>[0], body: string): void {
  const wrong = undocumented(headers, body);
  if (wrong !== undefined) throw new Error(wrong);
}
