/** Calls for alerts. */
import { answer, api } from '../../api/client';
import type { components, operations } from '../../api/schema';
import type { Page } from '../../api/types';

export type Alert = components['schemas']['Alert'];
export type AlertQuery = NonNullable<operations['listAlerts']['parameters']['query']>;

/** From the loudest to the quietest. */
export const ALERT_KINDS = [
  'withdrawal_late',
  'endpoint_failing_for_a_day',
  'endpoint_failing',
  'no_progress',
  'resync_stalled',
  'double_opt_ins_stalled',
  'bulk_action_stalled',
  'credential_expires',
  'certificate_expires',
  'api_key_expires',
] as const satisfies readonly Alert['kind'][];

export const alertsApi = {
  list: (query: AlertQuery): Promise<Page<Alert>> => answer(api.GET('/v1/alerts', { params: { query } })),
} as const;
