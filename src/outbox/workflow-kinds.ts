/** How each kind of workflow is named, signalled and started. */
import type { WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  deliveryWorkflowId,
  predecessorFinished,
  retryNow,
  subscriptionChanged,
  type DeliverWebhookInput,
} from '../../workflows/deliver-webhook/contract';
import { optInChanged, optInWorkflowId, type DoubleOptInInput } from '../../workflows/double-opt-in/contract';
import { resyncWorkflowId, type ResyncInput } from '../../workflows/resync/contract';
import { messageWorkflowId, type TellOperatorsInput } from '../../workflows/tell-operators/contract';
import { labelAttributes } from '../../workflows/shared/search-attributes';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import { isId } from '../platform/ids';
import type { OutboxEntry, WorkflowKind } from './entries';
import { PRIORITY, type Priority } from './priority';

/** Settings every new delivery workflow gets. */
export type DeliverySettings = Pick<DeliverWebhookInput, 'attemptBackoffMs' | 'requestTimeoutMs'>;

/** The signals by the names that outbox entries hold. */
export const SIGNALS = { retryNow, subscriptionChanged, predecessorFinished, optInChanged } as const;

/** The id of a row's workflow, the same over every run of it. */
export function workflowIdOf(kind: WorkflowKind, id: string): string {
  switch (kind) {
    case 'delivery':
      return deliveryWorkflowId(id);
    case 'opt-in':
      return optInWorkflowId(id);
    case 'resync':
      return resyncWorkflowId(id);
    case 'message':
      return messageWorkflowId(id);
  }
}

/** The id of a workflow's row; undefined where another product's workflow has an id of another form. */
export function rowIdOf(kind: WorkflowKind, workflowId: string): string | undefined {
  const id = workflowId.slice(workflowIdOf(kind, '').length);
  return isId(id) && workflowId === workflowIdOf(kind, id) ? id : undefined;
}

/** The type of each kind's workflow. */
export const WORKFLOW_TYPES: Readonly<Record<WorkflowKind, string>> = {
  delivery: 'deliverWebhook',
  'opt-in': 'doubleOptIn',
  resync: 'resync',
  message: 'tellOperators',
};

/** Temporal's keys, of which 3 is its default. */
const PRIORITY_KEYS: Readonly<Record<Priority, number>> = {
  [PRIORITY.withdrawal]: 1,
  [PRIORITY.normal]: 3,
  [PRIORITY.bulk]: 5,
};

/** The type of the workflow that an entry asks for, and how it is started. Only ids go along (rule `ids-only`). */
export function startOptions(
  entry: OutboxEntry,
  inlineFirst: boolean,
  settings: DeliverySettings,
): { readonly type: string; readonly options: WorkflowStartOptions & { readonly args: unknown[] } } {
  const common = {
    taskQueue: TASK_QUEUE,
    workflowId: workflowIdOf(entry.kind, entry.id),
    // A resend and a lost run start the same id again; one that runs is enough (rule `outbox-lease`).
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    priority: {
      priorityKey: PRIORITY_KEYS[entry.priority],
      ...(entry.subscriptionId && { fairnessKey: entry.subscriptionId }),
    },
  } as const;
  switch (entry.kind) {
    case 'delivery': {
      // Field by field: whatever else the settings' object holds must never reach a history.
      const { attemptBackoffMs, requestTimeoutMs } = settings;
      const { applicationId, subscriptionId, citizenId, updateType } = entry;
      const input: DeliverWebhookInput = {
        deliveryId: entry.id,
        inlineFirst,
        attemptBackoffMs,
        requestTimeoutMs,
        shows: { applicationId, subscriptionId, citizenId, updateType },
        inlineAfterSignal: true,
      };
      return {
        type: WORKFLOW_TYPES.delivery,
        // No search attributes and no summary: they cost a fifth of the engine's work on a delivery, and the workflow shows them
        // together with its first status.
        options: { ...common, args: [input], requestEagerStart: true },
      };
    }
    case 'opt-in': {
      const input: DoubleOptInInput = { optInId: entry.id };
      return { type: WORKFLOW_TYPES['opt-in'], options: described(common, input, 'double opt-in', entry) };
    }
    case 'resync': {
      const input: ResyncInput = { resyncId: entry.id };
      return {
        type: WORKFLOW_TYPES.resync,
        options: described(common, input, 'resync of effective permissions', entry),
      };
    }
    case 'message': {
      const input: TellOperatorsInput = { messageId: entry.id };
      return {
        type: WORKFLOW_TYPES.message,
        options: described(common, input, 'alerts to operators', entry),
      };
    }
  }
}

function described<O extends object>(
  common: O,
  input: object,
  staticSummary: string,
  entry: OutboxEntry,
): O & { args: unknown[]; staticSummary: string; typedSearchAttributes: TypedSearchAttributes } {
  const typedSearchAttributes = new TypedSearchAttributes(labelAttributes(entry));
  return { ...common, args: [input], staticSummary, typedSearchAttributes };
}
