/** The OpenAPI document as somebody outside reads it: over HTTP, with a validator of JSON Schema for its schemas. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { isMailAddress } from '../../src/platform/mail-address';

/** A JSON Schema; the members that tests look into. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly required?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema & { readonly default?: unknown };
}

interface Media {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly description: string;
  readonly 'x-required-scope'?: string;
  readonly 'x-required-role'?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

interface Document {
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export class OpenApi {
  private readonly validators = new WeakMap<Schema, ValidateFunction>();
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly operations: readonly Operation[];

  private constructor(readonly document: Document) {
    this.operations = operationsOf(document.paths);
    addFormats(this.ajv);
    // Set in the UI's input fields, and true of any text.
    this.ajv.addFormat('password', true);
    this.ajv.addFormat('idn-email', isMailAddress);
    this.ajv.addSchema(closed(document) as object, 'openapi');
  }

  static async read(url: string): Promise<OpenApi> {
    const response = await fetch(`${url}/v1/openapi.json`);
    return new OpenApi((await response.json()) as Document);
  }

  /** What of a value contradicts a schema. A member that the schema does not know is a contradiction too. */
  problems(schema: Schema, value: unknown): string[] {
    const validate = this.validators.get(schema) ?? this.ajv.compile(closed(absolute(schema)) as object);
    this.validators.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  }

  /** What a reference leads to. */
  resolved(schema: Schema): Schema {
    const { $ref } = schema;
    return $ref === undefined
      ? schema
      : (this.document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  }

  /** Every part of a value, with the schema that speaks of it. */
  *parts(schema: Schema, value: unknown): Generator<readonly [Schema, unknown]> {
    const { $ref } = schema;
    if ($ref !== undefined) {
      yield* this.parts(this.resolved(schema), value);
      return;
    }
    yield [schema, value];
    for (const branch of schema.oneOf ?? []) {
      if (this.problems(branch, value).length === 0) yield* this.parts(branch, value);
    }
    if (Array.isArray(value)) {
      for (const entry of value) yield* this.parts(schema.items ?? {}, entry);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value))
        yield* this.parts(schema.properties?.[name] ?? {}, member);
    }
  }
}

function operationsOf(paths: Document['paths']): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

/** References from a schema that stands outside of the document lead into it. */
function absolute(schema: Schema): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/')) as unknown;
}

/** As the schemas are, and without members that they do not name. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  return 'properties' in value && 'type' in value ? { additionalProperties: false, ...members } : members;
}
