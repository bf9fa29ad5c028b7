import { z } from 'zod';
import {
  apiKeyCreation,
  apiKeyId,
  apiKeyView,
  createApiKey,
  createdApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../access/api-keys';
import type { ApiKeyAuthenticator } from '../../access/authenticate';
import type { Database } from '../../platform/database';
import * as examples from '../examples/access';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';

const tag = 'API keys';

/** Keys for `X-API-Key`. */
export function apiKeyRoutes(db: Database, authenticator: ApiKeyAuthenticator): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/api-keys',
      operationId: 'listApiKeys',
      tag,
      access: { role: 'editor', everywhere: true },
      summary: 'List API keys that are not revoked',
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(apiKeyView, 'ApiKeyPage'),
      read: ({ query }) => listApiKeys(db, query),
    }),
    route({
      method: 'post',
      path: '/v1/api-keys',
      operationId: 'createApiKey',
      tag,
      access: { role: 'editor', everywhere: true },
      summary: 'Create an API key',
      description: 'The answer alone shows the key.',
      body: apiKeyCreation,
      examples: examples.apiKey,
      status: 201,
      answer: createdApiKey,
      change: (tx, { body }) => createApiKey(tx, body),
    }),
    route({
      method: 'delete',
      path: '/v1/api-keys/{id}',
      operationId: 'revokeApiKey',
      tag,
      access: { role: 'editor', everywhere: true },
      summary: 'Revoke an API key',
      description: 'Other processes accept it for moments more, and for ten seconds at most.',
      params: z.object({ id: apiKeyId }),
      status: 204,
      refusals: [404],
      change: (tx, { params }) => revokeApiKey(tx, params.id),
      afterwards: () => authenticator.forget(),
    }),
  ];
}
