/** Values that a JSON Schema asks for, and values that it does not. */
import fc from 'fast-check';
import type { OpenApi, Schema } from '../harness/openapi';

/** Texts that something has stumbled over somewhere. */
const ODD_TEXTS = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff',
    '\u202eevil',
    '\ufeff',
    'é',
    '🦄'.repeat(60),
    'x'.repeat(5_000),
  ],
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1e309',
    'NaN',
    '[]',
    '{}',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    "' OR 1=1 --",
    '%',
    '_',
    '\\',
    '%00',
    '%s',
    '${x}',
    '{{x}}',
    '{% for %}',
    '<mj-x>',
    '<script>',
    '=1+1',
    '../..',
    'a/b',
  ],
  ...[
    '2025-02-30T00:00:00Z',
    '2025-06-01',
    '+275760-09-13T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    'bWVhbnQ',
    'WyJhIiwwLFtdXQ',
  ],
] as const;

const ODD_NUMBERS = [0, -0, -1, 0.5, 1e-320, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 64, 1e308] as const;

/** Text of any kind. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);

/** Anything that JSON can say. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    [],
    {},
    [null],
    [[[[[[]]]]]],
    { a: { b: {} } },
    { __proto__x: 1 },
    ...ODD_NUMBERS,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

const MOST_ENTRIES = 3;
const LONGEST_TEXT = 60;
/** Of a member that may be left out. */
const HOW_OFTEN_GIVEN = 0.4;

/** Values of a schema, as far as it tells; the examples that it gives, more often than not. */
export function valueOf(openApi: OpenApi, reference: Schema): fc.Arbitrary<unknown> {
  const schema = openApi.resolved(reference);
  const own = ofType(openApi, schema);
  const { examples = [] } = schema;
  return examples.length === 0
    ? own
    : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: own });
}

function ofType(openApi: OpenApi, schema: Schema): fc.Arbitrary<unknown> {
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches) return fc.oneof(...branches.map((branch) => valueOf(openApi, branch)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? 'any'].flat();
  return fc.oneof(...types.map((type) => ofOneType(openApi, schema, type)));
}

function ofOneType(openApi: OpenApi, schema: Schema, type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { minItems = 0, maxItems = MOST_ENTRIES } = schema;
      const maxLength = Math.max(minItems, Math.min(maxItems, MOST_ENTRIES));
      return fc.array(valueOf(openApi, schema.items ?? {}), { minLength: minItems, maxLength });
    }
    case 'object':
      return objectOf(openApi, schema);
    default:
      return oddValue;
  }
}

function objectOf(openApi: OpenApi, { properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => {
    const value = valueOf(openApi, member).map((given) => ({ [name]: given }));
    return required.includes(name)
      ? value
      : fc.oneof(
          { weight: Math.round(10 * HOW_OFTEN_GIVEN), arbitrary: value },
          { weight: Math.round(10 * (1 - HOW_OFTEN_GIVEN)), arbitrary: fc.constant({}) },
        );
  });
  return fc.tuple(...members).map((parts) => Object.assign({}, ...parts) as unknown);
}

function textOf({ format, minLength = 0, maxLength = LONGEST_TEXT }: Schema): fc.Arbitrary<string> {
  switch (format) {
    case 'date-time':
      return fc
        .date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString());
    case 'uuid':
      return fc.uuid();
    case 'uri':
      return fc.constantFrom(
        'https://example.com/hook',
        'http://example.com',
        'https://[::1]/',
        'https://a:b@example.com',
        'ftp://x',
      );
    case 'idn-email':
      return fc.constantFrom('jo@example.com', 'jö@bäckerei.example', 'a@b', '"x"@example.com');
    default:
      return fc.string({
        unit: 'grapheme',
        minLength,
        maxLength: Math.max(minLength, Math.min(maxLength, LONGEST_TEXT)),
      });
  }
}

/** What is done to a value to make it another one. */
interface Mistake {
  /** Which of its parts, counted from the outside and over again. */
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat';
  readonly value: unknown;
  readonly name: string;
}

const mistake: fc.Arbitrary<Mistake> = fc.record({
  at: fc.nat(60),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'repeat'),
  value: oddValue,
  name: oddText,
});

/** The same values, many of them with something wrong. */
export function withMistakes(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      values,
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(mistake, { minLength: 1, maxLength: 3 })),
    )
    .map(([value, mistakes]) => mistakes.reduce((whole: unknown, one) => mistaken(whole, one), value));
}

const REPETITIONS = 120;

function mistaken(whole: unknown, { at, kind, value, name }: Mistake): unknown {
  const copy: Holder = { root: structuredClone(whole) };
  const places = [...placesIn(copy)];
  const [holder, key] = places[at % places.length] ?? [copy, 'root'];
  const part = holder[key];
  switch (kind) {
    case 'replace':
      holder[key] = value;
      break;
    case 'remove':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      break;
    case 'add':
      if (isHolder(part))
        Object.defineProperty(part, Array.isArray(part) ? part.length : name, { value, enumerable: true });
      break;
    case 'repeat':
      holder[key] =
        Array.isArray(part) && part.length > 0
          ? Array.from({ length: REPETITIONS }, () => part[0] as unknown)
          : [part, part];
      break;
  }
  return copy.root;
}

type Holder = Record<string, unknown>;

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

function* placesIn(holder: Holder): Generator<readonly [Holder, string]> {
  for (const key of Object.keys(holder)) {
    yield [holder, key];
    const part = holder[key];
    if (isHolder(part)) yield* placesIn(part);
  }
}
