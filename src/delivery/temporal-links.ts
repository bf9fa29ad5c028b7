/** Links into the Temporal Web UI: to one workflow, and to those that filters of deliveries mean. */
import { FINISHED_STATUSES, type DeliveryStatus } from '../../workflows/deliver-webhook/contract';
import type { DeliveryFilters } from './delivery-filters';

/** Where links into the Temporal Web UI lead. */
export interface TemporalLinks {
  /** Without a trailing slash. */
  readonly uiUrl: string;
  readonly namespace: string;
}

/** A workflow by its id. */
export function workflowUrl(links: TemporalLinks, workflowId: string): string {
  return `${workflowsUrl(links)}/${workflowId}`;
}

/**
 * The deliveries that filters mean, by the search attributes of their workflows; null where Temporal does not know what a filter is
 * about, and would show others.
 */
export function deliveriesUrl(links: TemporalLinks, filters: DeliveryFilters): string | null {
  const { subscriptionId, citizenId, updateType, status, undelivered, statusCode } = filters;
  const { externalRef, changeId, from, to } = filters;
  if ((externalRef ?? changeId ?? from ?? to) !== undefined || status === 'pending') return null;
  const query = [
    'WorkflowType="deliverWebhook"',
    ...(subscriptionId === undefined ? [] : [`CpmSubscriptionId="${subscriptionId}"`]),
    ...(citizenId === undefined ? [] : [`CpmCitizenId="${citizenId}"`]),
    ...(updateType === undefined ? [] : [`CpmUpdateType="${updateType}"`]),
    ...(status === undefined ? [] : [`CpmDeliveryStatus="${status}"`]),
    ...(statusCode === undefined ? [] : [`CpmLastStatusCode=${statusCode}`]),
    ...(undelivered || (status && !isFinished(status)) ? ['ExecutionStatus="Running"'] : []),
  ];
  return `${workflowsUrl(links)}?query=${encodeURIComponent(query.join(' AND '))}`;
}

function isFinished(status: DeliveryStatus): boolean {
  return (FINISHED_STATUSES as readonly DeliveryStatus[]).includes(status);
}

function workflowsUrl({ uiUrl, namespace }: TemporalLinks): string {
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows`;
}
