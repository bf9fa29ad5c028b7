/** Tells Temporal of deliveries, opt-ins, resyncs and messages to operators: start, signal, cancel, look up. */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { optInChanged } from '../../workflows/double-opt-in/contract';
import type { OutboxAction, OutboxEntry } from './entries';
import { callTemporal, TemporalRefusedError } from './temporal-call';
import { SIGNALS, startOptions, workflowIdOf, type DeliverySettings } from './workflow-kinds';

/** The signals that an outbox entry can ask for. */
export type SignalName = Exclude<OutboxAction, 'start' | 'restart' | 'cancel'>;

type Named = Pick<OutboxEntry, 'kind' | 'id'>;

/**
 * What Temporal says of a workflow: no run is open; it waits for a timer or a signal; a task or an activity of it is to be done
 * by a worker; or its workflow tasks fail, over and over, since its code cannot go on from its history. Or Temporal refuses to tell of
 * this one, which must not keep back the others.
 */
export type WorkflowCondition = 'closed' | 'silent' | 'busy' | 'failing' | 'unknown';

/** A workflow task that is being tried for so many times has not just met a worker that died. */
const FAILS_FROM = 4;

/** Talks to Temporal about workflows. Throws as {@link callTemporal} does. */
export class WorkflowGateway {
  constructor(
    private readonly client: Client,
    private readonly settings: DeliverySettings,
  ) {}

  /**
   * Makes sure that a workflow runs for the entry's row and looks at it afresh.
   * @param inlineFirst of a delivery: its first attempt is made inside the workflow task
   * @returns false when one was running: it was signalled, but may be just ending, so look again soon.
   */
  async start(entry: OutboxEntry, inlineFirst = false): Promise<boolean> {
    const { type, options } = startOptions(entry, inlineFirst, this.settings);
    if (entry.kind === 'opt-in') {
      // Start and signal are one call: a run that is just ending either still takes the signal or is followed by another.
      await this.call(() => this.client.workflow.signalWithStart(type, { ...options, signal: optInChanged }));
      return true;
    }
    try {
      await this.call(() =>
        this.client.workflow.start(type, { ...options, workflowIdConflictPolicy: 'FAIL' }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // A resync and a message go on by themselves.
      if (entry.kind === 'delivery') await this.send(entry, 'retryNow');
      return false;
    }
  }

  /** Starts a workflow for the entry's row, in place of one that runs: it goes on from the row. */
  async restart(entry: OutboxEntry): Promise<void> {
    const { type, options } = startOptions(entry, false, this.settings);
    await this.call(() =>
      this.client.workflow.start(type, { ...options, workflowIdConflictPolicy: 'TERMINATE_EXISTING' }),
    );
  }

  /** Signals the row's workflow; starts one where it is gone. */
  async signal(entry: OutboxEntry, name: SignalName): Promise<void> {
    if (entry.kind === 'opt-in' || !(await this.send(entry, name))) await this.start(entry);
  }

  /** Requests cancellation; a workflow that is not there needs none. */
  async cancel(row: Named): Promise<void> {
    await this.call(() => this.handle(row).cancel()).catch(ignoreNotFound);
  }

  /** Whether a run of the row's workflow is open, for all that is known. */
  async isRunning(row: Named): Promise<boolean> {
    return (await this.conditionOf(row)) !== 'closed';
  }

  /** How the row's workflow fares. */
  async conditionOf(row: Named): Promise<WorkflowCondition> {
    try {
      const { status, raw } = await this.call(() => this.handle(row).describe());
      if (status.name !== 'RUNNING') return 'closed';
      const { pendingWorkflowTask: task, pendingActivities } = raw;
      if (task && (task.attempt ?? 0) >= FAILS_FROM) return 'failing';
      return task || pendingActivities?.length ? 'busy' : 'silent';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'closed';
      if (error instanceof TemporalRefusedError) return 'unknown';
      throw error;
    }
  }

  /** Has a delivery's workflow find that nothing is left to do; one that has ended needs no signal. */
  async lookAgain(deliveryId: string): Promise<void> {
    await this.send({ kind: 'delivery', id: deliveryId }, 'retryNow');
  }

  private handle({ kind, id }: Named): ReturnType<Client['workflow']['getHandle']> {
    return this.client.workflow.getHandle(workflowIdOf(kind, id));
  }

  /** False when no run is open. */
  private async send(row: Named, name: SignalName): Promise<boolean> {
    try {
      await this.call(() => this.handle(row).signal(SIGNALS[name]));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  private call<T>(work: () => Promise<T>): Promise<T> {
    return callTemporal(this.client, work);
  }
}

function ignoreNotFound(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
