/** `/v1/asyncapi.json`: the webhooks as an AsyncAPI 3.0 document, for generators and catalogues of events. */
import { z } from 'zod';
import { samplePayloads } from '../../delivery/samples';
import { UPDATE_TYPES, type UpdateType } from '../../subscriptions/schema';
import { webhookHeaders } from './headers';
import { bodySchema, type JsonSchema } from './json-schemas';

const ABOUT = `What cpm-webhooks sends to subscribers: a POST to the subscription's URL for each change of a citizen's consent or preferences.

Delivery is at least once, in the order of a citizen's changes, until a 2xx comes back. \`webhook-id\` names the content: drop what comes
under an id that you have handled. Each webhook is signed by Standard Webhooks and by RFC 9421. The REST API is described by \`/v1/openapi.json\`.`;

const SUMMARIES: Readonly<Record<UpdateType, string>> = {
  'effective-permission': "The full state of a citizen's permissions and preferences, after each change.",
  'consent-receipts': 'What a change altered, and only that.',
  'citizen-emails': 'An e-mail to a citizen, ready to be sent, such as a double opt-in.',
};

/** Makes the document. The moment of its examples is fixed, so that the same version gives the same document. */
export function describeWebhooks(version: string): JsonSchema {
  const samples = samplePayloads(new Date('2025-06-01T09:30:00.000Z'), 'acme-shop');
  const types = UPDATE_TYPES.map((updateType) => ({ updateType, body: bodySchema(updateType) }));
  const parts = (part: (type: (typeof types)[number]) => [string, unknown]): object =>
    Object.fromEntries(types.map(part));
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'cpm-webhooks', version, description: ABOUT },
    defaultContentType: 'application/json',
    channels: parts(({ updateType, body: { name } }) => [
      updateType,
      {
        // Each subscription has a URL of its own.
        address: null,
        description: SUMMARIES[updateType],
        messages: { [name]: { $ref: `#/components/messages/${name}` } },
      },
    ]),
    operations: parts(({ updateType, body: { name } }) => [
      `send${name}`,
      {
        action: 'send',
        channel: { $ref: `#/channels/${updateType}` },
        summary: SUMMARIES[updateType],
        messages: [{ $ref: `#/channels/${updateType}/messages/${name}` }],
        bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
      },
    ]),
    components: {
      messages: parts(({ updateType, body: { name } }) => [
        name,
        {
          name: updateType,
          title: name,
          summary: SUMMARIES[updateType],
          contentType: 'application/json',
          headers: { $ref: '#/components/schemas/WebhookHeaders' },
          payload: { $ref: `#/components/schemas/${name}` },
          examples: [{ payload: samples[updateType] }],
        },
      ]),
      schemas: Object.assign(
        headerSchema(),
        ...types.map(({ body: { name, schema, definitions } }) => ({ ...definitions, [name]: schema })),
      ) as object,
    },
  };
  return withReferences(document);
}

function headerSchema(): object {
  return z.toJSONSchema(webhookHeaders, { io: 'output' }).$defs ?? {};
}

/** Schemas refer to each other in `$defs`; in this document they stand among its components. */
function withReferences(document: object): JsonSchema {
  return JSON.parse(JSON.stringify(document).replaceAll('#/$defs/', '#/components/schemas/')) as JsonSchema;
}
