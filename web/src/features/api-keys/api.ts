/** Calls for API keys. */
import { answer, api, done } from '../../api/client';
import type { components } from '../../api/schema';
import type { Page } from '../../api/types';

export type ApiKey = components['schemas']['ApiKey'];
export type ApiKeyCreation = components['schemas']['ApiKeyCreation'];
export type CreatedApiKey = components['schemas']['CreatedApiKey'];

export const apiKeysApi = {
  list: (cursor?: string): Promise<Page<ApiKey>> =>
    answer(api.GET('/v1/api-keys', { params: { query: cursor === undefined ? {} : { cursor } } })),
  create: (body: ApiKeyCreation): Promise<CreatedApiKey> => answer(api.POST('/v1/api-keys', { body })),
  revoke: (id: string): Promise<void> => done(api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } })),
} as const;
