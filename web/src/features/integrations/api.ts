/** Calls for integrations; the API calls them subscriptions. */
import { answer, api, done, onlyIfUnchanged, tagged, type Tagged } from '../../api/client';
import type { components } from '../../api/schema';
import type { Page, Subscription, SubscriptionCreation, UpdateType } from '../../api/types';

type Schemas = components['schemas'];
type RotatedSigningSecret = Schemas['RotatedSigningSecret'];

export interface IntegrationFilters {
  readonly q?: string;
  readonly updateType?: UpdateType;
  readonly status?: 'active' | 'paused';
  readonly applicationId?: string;
  readonly health?: Subscription['health']['state'];
  readonly sort?: 'newest' | 'health';
  readonly cursor?: string;
  readonly limit?: number;
}

/** What a receiver answered to a test. */
export type TestResult = Schemas['EndpointTest'];

/** An example of what a receiver gets. */
export type Sample = Schemas['ShownRequest'];

export type Journal = Schemas['JournalPage'];

export type Resync = Schemas['Resync'];

export type StatisticsBucket = Schemas['Statistics']['buckets'][number];

const one = (id: string): { params: { path: { id: string } } } => ({ params: { path: { id } } });

export const integrationsApi = {
  list: (query: IntegrationFilters): Promise<Page<Subscription>> =>
    answer(api.GET('/v1/subscriptions', { params: { query } })),
  get: (id: string): Promise<Subscription> => answer(api.GET('/v1/subscriptions/{id}', one(id))),
  toEdit: (id: string): Promise<Tagged<Subscription>> => tagged(api.GET('/v1/subscriptions/{id}', one(id))),
  create: (body: SubscriptionCreation): Promise<Subscription> =>
    answer(api.POST('/v1/subscriptions', { body })),
  replace: (id: string, tag: string, body: SubscriptionCreation): Promise<Subscription> =>
    answer(
      api.PUT('/v1/subscriptions/{id}', { params: { path: { id }, header: onlyIfUnchanged(tag) }, body }),
    ),
  setStatus: (id: string, status: 'active' | 'paused'): Promise<Subscription> =>
    answer(api.PATCH('/v1/subscriptions/{id}', { ...one(id), body: { status } })),
  remove: (id: string): Promise<void> => done(api.DELETE('/v1/subscriptions/{id}', one(id))),
  samples: (): Promise<Record<UpdateType, unknown>> => answer(api.GET('/v1/sample-payloads')),
  sample: (id: string): Promise<Sample> => answer(api.GET('/v1/subscriptions/{id}/sample', one(id))),
  schema: async (updateType: UpdateType): Promise<unknown> =>
    (await fetch(`/v1/schemas/${updateType}.json`)).json() as Promise<unknown>,
  testDraft: (body: SubscriptionCreation & { id?: string }): Promise<TestResult> =>
    answer(api.POST('/v1/subscriptions/test', { body })),
  test: (id: string): Promise<TestResult> => answer(api.POST('/v1/subscriptions/{id}/test', one(id))),
  retryAll: (id: string): Promise<{ woken: number }> =>
    answer(api.POST('/v1/subscriptions/{id}/retry', one(id))),
  rotateSigningSecret: (id: string): Promise<RotatedSigningSecret> =>
    answer(api.POST('/v1/subscriptions/{id}/rotate-signing-secret', { ...one(id), body: {} })),
  statistics: (id: string, from: Date, to: Date, buckets: number): Promise<{ buckets: StatisticsBucket[] }> =>
    answer(
      api.GET('/v1/subscriptions/{id}/statistics', {
        params: { path: { id }, query: { from: from.toISOString(), to: to.toISOString(), buckets } },
      }),
    ),
  /** The latest entries of its journal, the newest last, and where to read on. */
  journal: (id: string): Promise<Journal> =>
    answer(
      api.GET('/v1/subscriptions/{id}/changes', {
        params: { path: { id }, query: { latest: 'true', limit: 5 } },
      }),
    ),
  resyncs: (id: string): Promise<Page<Resync>> => answer(api.GET('/v1/subscriptions/{id}/resyncs', one(id))),
  startResync: (
    id: string,
    whom: { readonly since: string | null; readonly onlyDifferent: boolean },
  ): Promise<Resync> => answer(api.POST('/v1/subscriptions/{id}/resync', { ...one(id), body: whom })),
  cancelResync: (id: string, resyncId: string): Promise<Resync> =>
    answer(
      api.POST('/v1/subscriptions/{id}/resyncs/{resyncId}/cancel', { params: { path: { id, resyncId } } }),
    ),
} as const;
