/** How opt-ins are told to Temporal. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { attributes } from '../../workflows/shared/search-attributes';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import { optInChanged, optInWorkflowId, type DoubleOptInInput } from '../../workflows/double-opt-in/contract';
import type { OptInDebt } from './opt-in-outbox';

/** Longest time of one call to Temporal. */
const CALL_DEADLINE_MS = 10_000;

/** Talks to Temporal about opt-ins. */
export class OptInGateway {
  constructor(private readonly client: Client) {}

  /**
   * Makes sure that a workflow runs for the opt-in and looks at it afresh. Start and signal are one call: a run that is
   * just ending either still takes the signal or is followed by another, whose first look ends it where nothing is left.
   */
  async lookAt({ id, applicationId, citizenId }: OptInDebt): Promise<void> {
    const input: DoubleOptInInput = { optInId: id };
    await this.client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
      this.client.workflow.signalWithStart('doubleOptIn', {
        args: [input],
        signal: optInChanged,
        taskQueue: TASK_QUEUE,
        workflowId: optInWorkflowId(id),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: 'double opt-in',
        typedSearchAttributes: new TypedSearchAttributes([
          { key: attributes.applicationId, value: applicationId },
          { key: attributes.citizenId, value: citizenId },
        ]),
      }),
    );
  }

  /** Whether a run of the opt-in's workflow is open. */
  async isRunning(id: string): Promise<boolean> {
    try {
      const handle = this.client.workflow.getHandle(optInWorkflowId(id));
      const { status } = await this.client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
        handle.describe(),
      );
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
}
