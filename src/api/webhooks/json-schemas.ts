/** The JSON Schema (draft 2020-12) of each type of webhook's body, for validators and for those who make types of it. */
import { z } from 'zod';
import type { UpdateType } from '../../subscriptions/schema';
import { citizenEmail } from '../schemas/citizen-email';
import { consentReceipt, effectivePermissions } from '../schemas/effective-permissions';

/** A JSON Schema, as an object to serialise. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const BODIES: Readonly<Record<UpdateType, z.ZodObject>> = {
  'effective-permission': effectivePermissions,
  'consent-receipts': consentReceipt,
  'citizen-emails': citizenEmail,
};

/** A body's schema, and those that it refers to by `#/$defs/NAME`. */
export interface BodySchema {
  /** Such as `ConsentReceipt`. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Where the schema of a type is served. */
export function schemaPath(updateType: UpdateType): string {
  return `/v1/schemas/${updateType}.json`;
}

/** The document that is served. It allows the documented fields and no other (rule `body-as-documented`). */
export function schemaDocument(updateType: UpdateType): JsonSchema {
  const { name, schema, definitions } = bodySchema(updateType);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaPath(updateType),
    title: name,
    ...schema,
    ...(Object.keys(definitions).length > 0 && { $defs: definitions }),
  };
}

/** The schema of a type's body. */
export function bodySchema(updateType: UpdateType): BodySchema {
  const body = BODIES[updateType];
  const { $defs = {} } = z.toJSONSchema(body, { io: 'output', override: leaveOutPatterns });
  const name = body.meta()?.id ?? updateType;
  const { [name]: schema = {}, ...definitions } = $defs as Record<string, JsonSchema>;
  return { name, schema, definitions };
}

/** Where `format` says it, the long expression beside it would only be in the reader's way. */
function leaveOutPatterns({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}
