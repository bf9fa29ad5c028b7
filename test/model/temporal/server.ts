/** What stands in for Temporal: it keeps runs and tells them what they wait for. It may forget, and lose a signal. */
import * as workflows from '../../../workflows/index';
import type { Clock } from '../world/clock';
import type { ActivityTask } from './activity-task';
import { WorkflowRun } from './run';

type Workflow = (input: unknown) => Promise<unknown>;

/** The signals whose loss the sweep makes good. */
const MADE_GOOD = ['predecessorFinished', 'subscriptionChanged'];

/** Names a try of an activity. */
export const tokenOf = (task: ActivityTask, of: number): Uint8Array => Buffer.from(`${task.id}:${of}`);

export class TemporalServer {
  private readonly runs = new Map<string, WorkflowRun>();
  private readonly closed: WorkflowRun[] = [];
  private readonly tasks = new Map<number, ActivityTask>();
  private toLose = 0;

  /** @param offer has some worker do a task */
  constructor(
    readonly clock: Clock,
    private readonly offer: (task: ActivityTask) => void,
  ) {}

  /** False when one runs already. */
  start(workflowId: string, type: string, input: unknown): boolean {
    if (this.running(workflowId)) return false;
    const run = new WorkflowRun(this, workflowId, type);
    const before = this.runs.get(workflowId);
    if (before) this.closed.push(before);
    this.runs.set(workflowId, run);
    run.start((workflows as unknown as Readonly<Record<string, Workflow>>)[type] as Workflow, input);
    return true;
  }

  running(workflowId: string): WorkflowRun | undefined {
    const run = this.runs.get(workflowId);
    return run?.outcome === 'RUNNING' ? run : undefined;
  }

  /** False when none runs. */
  signal(workflowId: string, name: string, args: readonly unknown[]): boolean {
    const run = this.running(workflowId);
    if (!run) return false;
    if (this.toLose > 0 && MADE_GOOD.includes(name)) this.toLose -= 1;
    else run.signal(name, args);
    return true;
  }

  all(type: string): readonly WorkflowRun[] {
    return [...this.closed, ...this.runs.values()].filter((run) => run.type === type && !run.gone);
  }

  queue(task: ActivityTask): void {
    this.tasks.set(task.id, task);
    this.offer(task);
  }

  /** Hears how a try ended, from a worker that went on with it after its activity had given its slot back. */
  report(token: Uint8Array, end: (task: ActivityTask, of: number) => void): void {
    const [id, of] = Buffer.from(token).toString().split(':').map(Number);
    const task = this.tasks.get(id ?? NaN);
    if (task) end(task, of ?? NaN);
  }

  /** The next of {@link MADE_GOOD} is taken, and never heard of again. */
  loseSignal(): void {
    this.toLose += 1;
  }

  /** Everything is gone, as after the loss of its disk. */
  forget(): void {
    for (const run of this.runs.values()) run.vanish();
    this.runs.clear();
    this.closed.length = 0;
  }

  /** Runs that ended by a mistake. */
  get failed(): readonly WorkflowRun[] {
    return [...this.runs.values()].filter(({ outcome }) => outcome === 'FAILED');
  }
}
