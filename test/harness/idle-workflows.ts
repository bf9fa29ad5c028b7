/** Workflows on a real Temporal, without a worker: a test plays it, task by task. */
import { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { WorkflowKind } from '../../src/outbox/entries';
import { workflowIdOf } from '../../src/outbox/workflow-kinds';
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
  async start(id: string, kind: WorkflowKind = 'delivery'): Promise<void> {
    const workflowId = workflowIdOf(kind, id);
    await this.client.workflow.start('idle', { taskQueue: workflowId, workflowId });
  }

  /** It waits, and for nothing. */
  async startIdle(id: string, kind: WorkflowKind = 'delivery'): Promise<void> {
    await this.start(id, kind);
    const { namespace } = this.client.options;
    const taskToken = await this.nextTask(workflowIdOf(kind, id));
    await this.client.workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, commands: [] });
  }

  /** Its tasks have failed so many times. */
  async startFailing(id: string, times: number, kind: WorkflowKind = 'delivery'): Promise<void> {
    await this.start(id, kind);
    const { namespace } = this.client.options;
    for (let failed = 0; failed < times; failed++) {
      const taskToken = await this.nextTask(workflowIdOf(kind, id));
      await this.client.workflowService.respondWorkflowTaskFailed({ namespace, taskToken, cause: MISTAKE });
    }
  }

  private async nextTask(name: string): Promise<Uint8Array> {
    const { namespace } = this.client.options;
    const polled = await this.client.withDeadline(Date.now() + 30_000, () =>
      this.client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name }, identity: 'test' }),
    );
    return polled.taskToken;
  }
}
