/** What the OpenAPI document promises to those who read it and to those who generate code from it. */
import { ApiRig } from '../../harness/api';
import { OpenApi, type Schema } from '../../harness/openapi';

let api: ApiRig;
let openApi: OpenApi;

beforeAll(async () => {
  api = await ApiRig.start();
  openApi = await OpenApi.read(api.url);
});
afterAll(() => api.stop());

describe('every operation of the OpenAPI document', () => {
  it('has a name in camelCase that no other one has', () => {
    const names = openApi.operations.map(({ operationId }) => operationId);
    expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]+)*$/.test(name))).toEqual([]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(openApi.operations.length).toBeGreaterThan(70);
  });

  it('has a summary, and one tag of those that the document describes', () => {
    const tags = openApi.document.tags.map(({ name }) => name);
    for (const { operationId, summary, tags: own } of openApi.operations) {
      expect([operationId, summary, own]).toEqual([
        operationId,
        expect.stringMatching(/^[A-Z]/),
        [expect.any(String)],
      ]);
      expect(tags).toContain(own[0]);
    }
  });

  it('stands where its tag has its place in the reading order', () => {
    const places = openApi.operations.map(({ tags: [tag] }) =>
      openApi.document.tags.findIndex(({ name }) => name === tag),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(openApi.document.tags.filter(({ description }) => !description?.endsWith('.'))).toEqual([]);
  });

  it('describes its parameters, and gives an example of those that have no default', () => {
    const wanting = openApi.operations.flatMap(({ operationId, parameters = [] }) =>
      parameters
        .filter(
          ({ description, schema }) => !description || (!schema.examples && schema.default === undefined),
        )
        .map(({ name }) => `${operationId}: ${name}`),
    );
    expect(wanting).toEqual([]);
  });
});

describe('every schema of the OpenAPI document', () => {
  it('describes itself and each of its properties', () => {
    const wanting = Object.entries(openApi.document.components.schemas).flatMap(([name, schema]) => [
      ...(schema.description ? [] : [name]),
      ...undescribed(schema, name),
    ]);
    expect(wanting).toEqual([]);
  });

  it('has only examples that it allows itself', () => {
    const checked: string[] = [];
    const wrong: string[] = [];
    for (const [name, schema] of Object.entries(openApi.document.components.schemas)) {
      for (const [path, part] of schemasIn(schema, name)) {
        for (const example of part.examples ?? []) {
          checked.push(path);
          wrong.push(...openApi.problems(part, example).map((problem) => `${path}: ${problem}`));
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(checked.length).toBeGreaterThan(200);
  });
});

function undescribed(schema: Schema, path: string): string[] {
  return schemasIn(schema, path).flatMap(([at, part]) =>
    Object.entries(part.properties ?? {})
      .filter(([, property]) => !property.description && !property.$ref)
      .map(([name]) => `${at}.${name}`),
  );
}

/** A schema and all that stand inside it, with where they are. */
function schemasIn(schema: Schema, path: string): (readonly [string, Schema])[] {
  return [
    [path, schema],
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      schemasIn(property, `${path}.${name}`),
    ),
    ...(schema.items ? schemasIn(schema.items, `${path}[]`) : []),
    ...(schema.oneOf ?? []).flatMap((branch) => schemasIn(branch, path)),
  ];
}

describe('what describes webhooks', () => {
  it.each([
    ['/v1/schemas/effective-permission.json', 'application/schema+json', '$schema'],
    ['/v1/schemas/consent-receipts.json', 'application/schema+json', '$schema'],
    ['/v1/schemas/citizen-emails.json', 'application/schema+json', '$schema'],
    ['/v1/asyncapi.json', 'application/json', 'asyncapi'],
  ])('is at %s, for everybody', async (path, type, member) => {
    const response = await fetch(`${api.url}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('cache-control')).toContain('public');
    expect(await response.json()).toHaveProperty([member]);
  });

  it('is nothing for a type that there is not', async () => {
    expect((await api.call('GET', '/v1/schemas/nothing.json')).status).toBe(404);
  });
});
