/** Calls for the log of deliveries. */
import { answer, api, done } from '../../api/client';
import type {
  Attempt,
  Delivery,
  DeliveryStatus,
  DeliveryWithAttempts,
  Page,
  UpdateType,
} from '../../api/types';

/** Which deliveries. */
export interface DeliveryFilter {
  readonly subscriptionId?: string;
  readonly externalRef?: string;
  readonly status?: DeliveryStatus;
  readonly undelivered?: true;
  readonly updateType?: UpdateType;
  readonly statusCode?: number;
  readonly from?: string;
  readonly to?: string;
}

/** With a link to the same in the Temporal Web UI, where that knows them. */
export type DeliveryPage = Page<Delivery> & { readonly temporalUrl: string | null };

export type DeliveryFilters = DeliveryFilter & { readonly cursor?: string; readonly limit?: number };

type Query = Omit<DeliveryFilters, 'undelivered'> & { readonly undelivered?: 'true' };

const one = (id: string): { params: { path: { id: string } } } => ({ params: { path: { id } } });

const inQuery = ({ undelivered, ...others }: DeliveryFilters): Query => ({
  ...others,
  ...(undelivered && { undelivered: 'true' }),
});

export const deliveriesApi = {
  list: (filters: DeliveryFilters): Promise<DeliveryPage> =>
    answer(api.GET('/v1/deliveries', { params: { query: inQuery(filters) } })),
  /** All that match, as CSV. */
  export: (filter: DeliveryFilter): Promise<Blob> =>
    answer(
      api.GET('/v1/deliveries', {
        ...{ params: { query: inQuery(filter) }, headers: { accept: 'text/csv' } },
        parseAs: 'blob',
      }),
    ),
  get: (id: string): Promise<DeliveryWithAttempts> => answer(api.GET('/v1/deliveries/{id}', one(id))),
  /** The attempts before the newest ones, the oldest first. */
  earlierAttempts: async (id: string, before: number): Promise<Attempt[]> => {
    const attempts: Attempt[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
      const page: Page<Attempt> = await answer(
        api.GET('/v1/deliveries/{id}/attempts', { params: { path: { id }, query } }),
      );
      attempts.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && attempts.length < before);
    return attempts.slice(0, before);
  },
  /** With all that is kept of the answer's body. */
  attempt: (id: string, attempt: number): Promise<Attempt> =>
    answer(api.GET('/v1/deliveries/{id}/attempts/{attempt}', { params: { path: { id, attempt } } })),
  retry: (id: string): Promise<void> => done(api.POST('/v1/deliveries/{id}/retry', one(id))),
  cancel: (id: string): Promise<void> => done(api.POST('/v1/deliveries/{id}/cancel', one(id))),
  resend: (id: string): Promise<void> => done(api.POST('/v1/deliveries/{id}/resend', one(id))),
  /** The body; null where it is not fixed yet, or was erased. */
  payload: async (id: string): Promise<unknown> =>
    (await api.GET('/v1/deliveries/{id}/payload', one(id))).data ?? null,
} as const;
