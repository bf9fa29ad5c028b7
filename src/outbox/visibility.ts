/**
 * What Temporal's visibility shows of our workflows. It may lag, and it may have lost something: it suggests, and a
 * look-up of the workflow itself decides.
 */
import type { Client } from '@temporalio/client';
import type { WorkflowKind } from './entries';
import { callTemporal } from './temporal-call';
import { rowIdOf, workflowIdOf, WORKFLOW_TYPES } from './workflow-kinds';

/** Workflows listed by one call: the most that a server gives by default. */
const PAGE = 1_000;

/** A page of rows' ids; `next` leads to the page after it. */
export interface Page {
  readonly ids: readonly string[];
  readonly next: Uint8Array | undefined;
}

/** Asks visibility. Throws {@link TemporalAwayError} when Temporal is away. */
export class Visibility {
  constructor(private readonly client: Client) {}

  /** A page of the rows whose workflows are shown as running. */
  listRunning(kind: WorkflowKind, page?: Uint8Array): Promise<Page> {
    return this.list(kind, `ExecutionStatus = 'Running'`, page);
  }

  /** A page of the rows with a run that has closed since then, but for those that completed by themselves. */
  listClosed(kind: WorkflowKind, since: Date, page?: Uint8Array): Promise<Page> {
    const closed = `ExecutionStatus IN ('Canceled', 'Failed', 'Terminated', 'TimedOut')`;
    return this.list(kind, `${closed} AND CloseTime >= '${since.toISOString()}'`, page);
  }

  /** Which of the rows, at most 1,000, have a workflow that is shown as running. */
  async runningOf(kind: WorkflowKind, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const workflowIds = ids.map((id) => `'${workflowIdOf(kind, id)}'`).join(', ');
    const shown = await this.list(kind, `ExecutionStatus = 'Running' AND WorkflowId IN (${workflowIds})`);
    return new Set(shown.ids);
  }

  private async list(kind: WorkflowKind, condition: string, page?: Uint8Array): Promise<Page> {
    const { executions, nextPageToken } = await callTemporal(this.client, () =>
      this.client.workflowService.listWorkflowExecutions({
        namespace: this.client.options.namespace,
        query: `WorkflowType = '${WORKFLOW_TYPES[kind]}' AND ${condition}`,
        pageSize: PAGE,
        ...(page ? { nextPageToken: page } : {}),
      }),
    );
    return {
      ids: executions.flatMap(({ execution }) => rowIdOf(kind, execution?.workflowId ?? '') ?? []),
      next: nextPageToken.length > 0 ? nextPageToken : undefined,
    };
  }
}
