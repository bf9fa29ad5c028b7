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

export interface DeliveryFilters {
  readonly subscriptionId?: string;
  readonly citizenId?: string;
  readonly changeId?: string;
  readonly status?: DeliveryStatus;
  readonly updateType?: UpdateType;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

const one = (id: string): { params: { path: { id: string } } } => ({ params: { path: { id } } });

export const deliveriesApi = {
  list: (query: DeliveryFilters): Promise<Page<Delivery>> =>
    answer(api.GET('/v1/deliveries', { params: { query } })),
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
