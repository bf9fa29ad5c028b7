/** Workflows of deliveries on a real Temporal, without a worker: a test plays it, task by task. */
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { deliveryWorkflowId } from '../../workflows/deliver-webhook/contract';
import { testTemporal } from './stack';

const { WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR: MISTAKE } =
  temporal.api.enums.v1.WorkflowTaskFailedCause;

export class IdleWorkflows {
  private constructor(
    readonly client: Client,
    private readonly connection: Connection,
  ) {}

  static async open(): Promise<IdleWorkflows> {
    const { address, namespace } = testTemporal();
    const connection = await Connection.connect({ address });
    return new IdleWorkflows(new Client({ connection, namespace }), connection);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Its first task is to be done, and no worker does it: each has a task queue of its own. */
  async start(deliveryId: string): Promise<void> {
    const workflowId = deliveryWorkflowId(deliveryId);
    await this.client.workflow.start('deliverWebhook', { taskQueue: workflowId, workflowId });
  }

  /** It waits, and for nothing. */
  async startIdle(deliveryId: string): Promise<void> {
    await this.start(deliveryId);
    const { namespace } = this.client.options;
    const taskToken = await this.nextTask(deliveryId);
    await this.client.workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, commands: [] });
  }

  /** Its tasks have failed so many times. */
  async startFailing(deliveryId: string, times: number): Promise<void> {
    await this.start(deliveryId);
    const { namespace } = this.client.options;
    for (let failed = 0; failed < times; failed++) {
      const taskToken = await this.nextTask(deliveryId);
      await this.client.workflowService.respondWorkflowTaskFailed({ namespace, taskToken, cause: MISTAKE });
    }
  }

  private async nextTask(deliveryId: string): Promise<Uint8Array> {
    const name = deliveryWorkflowId(deliveryId);
    const { namespace } = this.client.options;
    const polled = await this.client.withDeadline(Date.now() + 30_000, () =>
      this.client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name }, identity: 'test' }),
    );
    return polled.taskToken;
  }
}
