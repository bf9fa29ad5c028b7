/** Runs the real workflows on a time-skipping server, with activities whose answers a test scripts. */
import type {
  WorkflowClient,
  WorkflowHandle,
  WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import type { History } from './histories';
import { timeSkippingEnvironment } from './temporal';
import { workflowBundle } from './workflow-bundle';

/** A workflow to run, and what it finds when it calls its activities. */
export interface ScriptedWorkflow {
  readonly type: string;
  readonly workflowId: string;
  readonly input: object;
  readonly activities: object;
}

export type RunningWorkflow<R> = WorkflowHandleWithFirstExecutionRunId<() => Promise<R>>;

/** One server a test file. Its clock is global: run workflows one after the other. */
export class WorkflowRig {
  private constructor(
    readonly env: TestWorkflowEnvironment,
    private readonly bundle: WorkflowBundleOption,
  ) {}

  static async create(): Promise<WorkflowRig> {
    const bundle = await workflowBundle();
    return new WorkflowRig(await timeSkippingEnvironment(), bundle);
  }

  get client(): WorkflowClient {
    return this.env.client.workflow;
  }

  /** Starts a workflow, and a worker that lives as long as `during`. */
  async run<R, T>(
    { type, workflowId, input, activities }: ScriptedWorkflow,
    during: (handle: RunningWorkflow<R>) => Promise<T>,
  ): Promise<T> {
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: this.bundle,
      activities,
    });
    return worker.runUntil(async () => {
      const handle = await this.client.start<() => Promise<R>>(type, {
        workflowId,
        taskQueue: TASK_QUEUE,
        args: [input] as never,
      });
      return during(handle);
    });
  }

  /** The histories of a workflow's first and latest run, as they are now. A run that has not ended is terminated. */
  async takeHistories(workflow: RunningWorkflow<unknown>): Promise<History[]> {
    const latest = this.client.getHandle(workflow.workflowId);
    const { runId, status } = await latest.describe();
    const runs: WorkflowHandle[] =
      runId === workflow.firstExecutionRunId
        ? [latest]
        : [this.client.getHandle(workflow.workflowId, workflow.firstExecutionRunId), latest];
    const histories = await Promise.all(runs.map((run) => run.fetchHistory()));
    if (status.name === 'RUNNING') await latest.terminate();
    return histories;
  }

  async teardown(): Promise<void> {
    await this.env.teardown();
  }
}
