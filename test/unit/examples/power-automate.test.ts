/** The flow of docs/examples/power-automate, as far as it can be told without Power Automate: nothing here runs flows. */
import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { schemaDocument } from '../../../src/api/webhooks/json-schemas';
import { samplePayloads } from '../../../src/delivery/samples';
import { projectRoot } from '../../../src/platform/project-root';

const read = (file: string): string => readFileSync(path.join(projectRoot, 'docs/examples', file), 'utf8');
const { definition } = JSON.parse(read('power-automate/flow.json'));
const trigger = definition.triggers.When_an_HTTP_request_is_received;
const { schema } = trigger.inputs;

/** The paths of the properties that a schema names. */
function namesOf(of: any, all: any = of): string[] {
  const { $ref, anyOf, items, properties = {} } = of;
  if ($ref) return namesOf(all.$defs[$ref.replace('#/$defs/', '')], all);
  if (items) return namesOf(items, all);
  if (anyOf) return anyOf.flatMap((one: any) => namesOf(one, all));
  return Object.entries(properties).flatMap(([name, each]) => [
    name,
    ...namesOf(each, all).map((one) => `${name}.${one}`),
  ]);
}

describe('the flow of Power Automate', () => {
  it.each(['effective-permission', 'consent-receipts'] as const)(
    'has a schema that takes %s',
    (updateType) => {
      const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
      const body = samplePayloads(new Date())[updateType];
      expect([validate(body), validate.errors]).toEqual([true, null]);
      expect(validate({ ...body, externalRef: null })).toBe(true);
      expect(validate({ ...body, citizenId: undefined })).toBe(false);
    },
  );

  it('names nothing in its schema that a body does not have', () => {
    const documented = namesOf(schemaDocument('effective-permission'));
    expect(namesOf(schema).filter((name) => !documented.includes(name))).toEqual([]);
  });

  it('begins with a request over HTTP, and answers on every way: after a check of the header that the function sends', () => {
    expect(trigger).toMatchObject({ type: 'Request', kind: 'Http', inputs: { method: 'POST' } });
    const { expression, actions, else: otherwise } = definition.actions.Condition;
    const [, name = ''] = /'headers'\]\?\['([\w-]+)'\]/.exec(JSON.stringify(expression)) ?? [];
    expect(read('azure-function/src/webhooks.mjs')).toContain(`'${name}': FORWARD_SECRET`);
    const answers = [actions, otherwise.actions].map((branch: any) =>
      Object.values<any>(branch).flatMap(({ type, inputs }) =>
        type === 'Response' ? inputs.statusCode : [],
      ),
    );
    expect(answers).toEqual([[204], [401]]);
    // Each step but the first waits for one that is there, and the answer comes last.
    const waitsFor = Object.values<any>(actions).flatMap(({ runAfter }) => Object.keys(runAfter));
    expect(Object.keys(actions).filter((each) => !waitsFor.includes(each))).toEqual(['Handled']);
  });
});
