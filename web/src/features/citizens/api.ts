/** Calls for citizens and their consent. */
import { answer, api, done } from '../../api/client';
import type { components } from '../../api/schema';
import type { Page } from '../../api/types';

type Schemas = components['schemas'];

export type CitizenSummary = Schemas['CitizenSummary'];
export type Citizen = Schemas['Citizen'];
export type EffectivePermissions = Schemas['EffectivePermissions'];
export type ConsentState = Schemas['ConsentState'];
export type RecordedChange = Schemas['RecordedChange'];

export interface CitizenFilters {
  readonly applicationId?: string;
  /** Part of the reference, or the id. */
  readonly q?: string;
  readonly cursor?: string;
}

export type Change = Schemas['Change'];

const one = (id: string): { params: { path: { id: string } } } => ({ params: { path: { id } } });

export const citizensApi = {
  list: (query: CitizenFilters): Promise<Page<CitizenSummary>> =>
    answer(api.GET('/v1/citizens', { params: { query } })),
  get: (id: string): Promise<Citizen> => answer(api.GET('/v1/citizens/{id}', one(id))),
  remove: (id: string): Promise<void> => done(api.DELETE('/v1/citizens/{id}', one(id))),
  effective: (query: { applicationId: string; externalRef: string }): Promise<EffectivePermissions> =>
    answer(api.GET('/v1/permissions', { params: { query } })),
  changes: (id: string, cursor?: string): Promise<Page<Change>> =>
    answer(
      api.GET('/v1/citizens/{id}/changes', {
        params: { path: { id }, query: { limit: 10, ...(cursor !== undefined && { cursor }) } },
      }),
    ),
  record: (body: ConsentState): Promise<RecordedChange> => answer(api.POST('/v1/consent-state', { body })),
} as const;
