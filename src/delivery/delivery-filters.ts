import type { Paging } from '../platform/paging';
import type { DeliveryStatus } from '../../workflows/deliver-webhook/contract';

/** Filters of the list; all optional, all must hold. */
export interface DeliveryFilters extends Paging {
  readonly subscriptionId?: string | undefined;
  readonly citizenId?: string | undefined;
  readonly changeId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly updateType?: string | undefined;
  /** Created at or after. */
  readonly from?: Date | undefined;
  /** Created before. */
  readonly to?: Date | undefined;
}
