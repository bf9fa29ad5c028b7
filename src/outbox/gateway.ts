/** How debts are paid to Temporal: start, wake, cancel a delivery's workflow. */
import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  deliveryWorkflowId,
  retryNow,
  type DeliverWebhookInput,
} from '../../workflows/deliver-webhook/contract';
import { attributes } from '../../workflows/shared/search-attributes';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import { isId } from '../platform/ids';
import type { Debt } from './claims';

/** Settings every new workflow gets. */
export type DeliverySettings = Pick<DeliverWebhookInput, 'attemptBackoffMs' | 'requestTimeoutMs'>;

/** Temporal could not be reached, or is too busy: nothing is wrong with the debt. */
export class TemporalAwayError extends Error {
  constructor(options: ErrorOptions) {
    super('Temporal is not reachable', options);
    this.name = 'TemporalAwayError';
  }
}

/** Longest time of one call to Temporal. */
const CALL_DEADLINE_MS = 10_000;
/** Workflows listed by one call. */
const LIST_PAGE = 500;

/** Talks to Temporal about deliveries. Throws {@link TemporalAwayError} when it is away. */
export class TemporalGateway {
  constructor(
    private readonly client: Client,
    private readonly settings: DeliverySettings,
  ) {}

  /**
   * Makes sure that a workflow runs for the delivery and looks at it afresh: its next load settles the debt.
   * @returns false when one was running: it was signalled, but may be just ending, so look again soon.
   */
  async start(debt: Debt, inlineFirst: boolean): Promise<boolean> {
    try {
      await this.call(() => this.startWorkflow(debt, inlineFirst));
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await this.signal(debt.id);
      return false;
    }
  }

  /** Wakes the delivery's workflow; starts one where it is gone. */
  async wake(debt: Debt): Promise<void> {
    if (!(await this.signal(debt.id))) await this.start(debt, false);
  }

  /** Requests cancellation; a workflow that is not there needs none. */
  async cancel(deliveryId: string): Promise<void> {
    await this.call(() => this.client.workflow.getHandle(deliveryWorkflowId(deliveryId)).cancel()).catch(
      ignoreNotFound,
    );
  }

  /** Whether a run of the delivery's workflow is open. */
  async isRunning(deliveryId: string): Promise<boolean> {
    try {
      const { status } = await this.call(() =>
        this.client.workflow.getHandle(deliveryWorkflowId(deliveryId)).describe(),
      );
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /** Wakes a workflow that should find that nothing is left to do; one that has ended needs no waking. */
  async lookAgain(deliveryId: string): Promise<void> {
    await this.signal(deliveryId);
  }

  /** A page of the deliveries that visibility shows as running; `next` leads to the one after it. */
  async listRunning(page?: Uint8Array): Promise<{ deliveryIds: string[]; next: Uint8Array | undefined }> {
    const { executions, nextPageToken } = await this.call(() =>
      this.client.workflowService.listWorkflowExecutions({
        namespace: this.client.options.namespace,
        query: `WorkflowType = 'deliverWebhook' AND ExecutionStatus = 'Running'`,
        pageSize: LIST_PAGE,
        ...(page ? { nextPageToken: page } : {}),
      }),
    );
    return {
      deliveryIds: executions.flatMap(({ execution }) => deliveryIdOf(execution?.workflowId)),
      next: nextPageToken.length > 0 ? nextPageToken : undefined,
    };
  }

  private async signal(deliveryId: string): Promise<boolean> {
    try {
      await this.call(() => this.client.workflow.getHandle(deliveryWorkflowId(deliveryId)).signal(retryNow));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  private startWorkflow(debt: Debt, inlineFirst: boolean): Promise<unknown> {
    // Field by field: whatever else the settings' object holds must never reach a history (rule `ids-only`).
    const { attemptBackoffMs, requestTimeoutMs } = this.settings;
    const input: DeliverWebhookInput = {
      deliveryId: debt.id,
      inlineFirst,
      attemptBackoffMs,
      requestTimeoutMs,
    };
    return this.client.workflow.start('deliverWebhook', {
      args: [input],
      taskQueue: TASK_QUEUE,
      workflowId: deliveryWorkflowId(debt.id),
      // A resend and a lost run start the same id again; one that runs is enough (rule `outbox-lease`).
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      requestEagerStart: true,
      staticSummary: `${debt.updateType} webhook`,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: attributes.applicationId, value: debt.applicationId },
        { key: attributes.subscriptionId, value: debt.subscriptionId },
        { key: attributes.citizenId, value: debt.citizenId },
        { key: attributes.updateType, value: debt.updateType },
        { key: attributes.deliveryStatus, value: 'delivering' },
      ]),
    });
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + CALL_DEADLINE_MS, work);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError)
        throw error;
      if (isGrpcServiceError(error) || hasGrpcCause(error)) throw new TemporalAwayError({ cause: error });
      throw error;
    }
  }
}

/** None where somebody else's workflow has an id of another form. */
function deliveryIdOf(workflowId: string | null | undefined): string[] {
  const id = workflowId?.slice(deliveryWorkflowId('').length) ?? '';
  return isId(id) && workflowId === deliveryWorkflowId(id) ? [id] : [];
}

function hasGrpcCause(error: unknown): boolean {
  return error instanceof Error && isGrpcServiceError(error.cause);
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
