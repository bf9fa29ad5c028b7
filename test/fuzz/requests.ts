/** Requests by the OpenAPI document: as it shows them, as its schemas allow them, and with something wrong. */
import fc from 'fast-check';
import type { OpenApi, Operation, Parameter } from '../harness/openapi';
import { CALLERS } from './callers';
import { oddText, valueOf, withMistakes } from './values';

/** A request whose ids are still those of the examples. */
export interface Draft {
  readonly operation: Operation;
  /** Name of who calls. */
  readonly caller: string;
  /** Of the ids that the service gave of a kind: which one is meant, counted over again. */
  readonly pick: number;
  readonly application: number;
  readonly path: Readonly<Record<string, string>>;
  /** As it stands in the URL, names and values alternating. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: none. */
  readonly body: string | undefined;
}

/** Requests of all operations. What deletes is rarer, for there would soon be nothing left. */
export function drafts(openApi: OpenApi, operationId?: string): fc.Arbitrary<Draft> {
  const operations = openApi.operations.filter(
    (each) => operationId === undefined || each.operationId === operationId,
  );
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: operation.method === 'DELETE' ? 1 : operation.method === 'GET' ? 4 : 6,
      arbitrary: draftOf(openApi, operation),
    })),
  );
}

function draftOf(openApi: OpenApi, operation: Operation): fc.Arbitrary<Draft> {
  const { parameters = [] } = operation;
  const ofPath = parameters.filter((parameter) => parameter.in === 'path');
  return fc.record({
    operation: fc.constant(operation),
    caller: fc.constantFrom(...CALLERS),
    pick: fc.nat(1_000),
    application: fc.nat(1_000),
    path: fc.record(
      Object.fromEntries(ofPath.map((parameter) => [parameter.name, pathText(openApi, parameter)])),
    ),
    query: queryOf(
      openApi,
      parameters.filter((parameter) => parameter.in === 'query'),
    ),
    headers: headersOf(operation),
    body: bodyOf(openApi, operation),
  });
}

const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, weight = 12): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare });

/** Without halves of surrogate pairs, which can't be encoded. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '?');

/** Browsers and `fetch` resolve dots in a path, and an empty part makes it another path. */
const isPart = (text: string): boolean => !/^\.{0,2}$/.test(text);

/** A part of a path: encoded, or bytes that mean nothing. */
function pathText(openApi: OpenApi, { schema }: Parameter): fc.Arbitrary<string> {
  const encoded = (text: string): string => encodeURIComponent(wellFormed(text));
  return mostly(
    valueOf(openApi, schema).map((value) => encoded(String(value))),
    fc.oneof(oddText.map(encoded), fc.constantFrom('%FF', '%C3%28', '%ED%A0%80', '%')),
  ).filter(isPart);
}

function queryOf(
  openApi: OpenApi,
  parameters: readonly Parameter[],
): fc.Arbitrary<(readonly [string, string])[]> {
  const encoded = (text: unknown): string => encodeURIComponent(wellFormed(String(text)));
  const known = parameters.map(({ name, schema, required }) => {
    const value = mostly(valueOf(openApi, schema), oddText, 15).map(encoded);
    return mostly(value, fc.constantFrom('', '%FF', '%'), 20).map((text) => [
      { required, pair: [name, text] as const },
    ]);
  });
  const given = known.map((one) =>
    fc
      .tuple(one, fc.nat(9))
      .map(([pairs, chance]) => pairs.filter(({ required }) => chance < 2 || (required && chance < 9))),
  );
  const unknown = mostly(
    fc.constant<(readonly [string, string])[]>([]),
    fc.tuple(oddText, oddText).map(([name, text]) => [[encoded(name), encoded(text)] as const]),
    40,
  );
  return fc
    .tuple(fc.tuple(...given), unknown, fc.nat(40))
    .map(([pairs, more, twice]) => [
      ...pairs.flat().map(({ pair }) => pair),
      ...more,
      ...(twice === 0 ? pairs.flat().map(({ pair }) => pair) : []),
    ]);
}

function headersOf({ method, requestBody }: Operation): fc.Arbitrary<Record<string, string>> {
  const type = requestBody
    ? mostly(
        fc.constant({ 'content-type': 'application/json' }),
        fc.constantFrom<Record<string, string>>(
          ...[{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/json; charset=latin1' }],
          ...[
            { 'content-type': 'application/merge-patch+json' },
            { 'content-type': 'application/json', 'content-encoding': 'gzip' },
          ],
          { 'content-type': 'multipart/form-data; boundary=x' },
        ),
        20,
      )
    : fc.constant({});
  const key =
    method === 'POST'
      ? fc.constantFrom(
          {},
          {},
          {},
          {},
          ...['a', 'b', ' ', 'x'.repeat(256)].map((text) => ({ 'idempotency-key': text })),
        )
      : fc.constant({});
  return fc.tuple(type, key).map(([one, other]) => ({ ...one, ...other }));
}

function bodyOf(openApi: OpenApi, { requestBody }: Operation): fc.Arbitrary<string | undefined> {
  const media = requestBody?.content['application/json'];
  if (!media) return mostly(fc.constant(undefined), fc.constantFrom<string | undefined>('{}', '{'), 30);
  const examples = Object.values(media.examples ?? {}).map(({ value }) => value);
  const shown = examples.length === 0 ? valueOf(openApi, media.schema) : fc.constantFrom(...examples);
  const json = withMistakes(mostly(shown, valueOf(openApi, media.schema), 3)).map(
    (value) => JSON.stringify(value) as string | undefined,
  );
  return mostly(
    json,
    fc.constantFrom<string | undefined>(
      undefined,
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"a":1e999}',
      '{"a":1,"a":2}',
      '['.repeat(2_000),
    ),
    20,
  );
}
