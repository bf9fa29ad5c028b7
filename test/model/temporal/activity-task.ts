/** One activity of a workflow: its tries, by its retry policy, and its limit. */
import { ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import type { ActivityOptions } from '@temporalio/workflow';
import type { WorkflowRun } from './run';
import type { TemporalServer } from './server';
import { activityFailed, msOf } from './failures';

export class ActivityTask {
  readonly id = (made += 1);
  private tries = 0;
  private executing = false;
  private over = false;
  private cancelRequested = false;
  private stopTimer: () => void = () => undefined;

  constructor(
    private readonly server: TemporalServer,
    private readonly run: WorkflowRun,
    readonly name: string,
    readonly args: readonly unknown[],
    private readonly options: ActivityOptions,
    private readonly settle: { resolve(value: unknown): void; reject(error: unknown): void },
  ) {}

  /** Whether a worker need do anything of it. */
  get wanted(): boolean {
    return !this.over && !this.run.gone;
  }

  /** A worker has taken it. Answers which try that is. */
  begin(): number {
    this.executing = true;
    this.tries += 1;
    const limit = msOf(this.options.startToCloseTimeout);
    this.stopTimer = this.server.clock.after(limit, () =>
      this.fail(this.tries, new TimeoutFailure('the activity took too long', undefined, 'START_TO_CLOSE')),
    );
    return this.tries;
  }

  complete(of: number, value: unknown): void {
    if (this.stale(of)) return;
    this.end(() => this.settle.resolve(value));
  }

  fail(of: number, error: unknown): void {
    if (this.stale(of)) return;
    this.executing = false;
    this.stopTimer();
    const { retry = {} } = this.options;
    const final = error instanceof ApplicationFailure && error.nonRetryable === true;
    const enough = retry.maximumAttempts !== undefined && this.tries >= retry.maximumAttempts;
    if (final || enough || this.cancelRequested) {
      this.end(() => this.settle.reject(activityFailed(error)));
      return;
    }
    const backoff = msOf(retry.initialInterval ?? '1s') * (retry.backoffCoefficient ?? 2) ** (this.tries - 1);
    const waitMs = Math.min(
      backoff,
      retry.maximumInterval === undefined ? Infinity : msOf(retry.maximumInterval),
    );
    this.stopTimer = this.server.clock.after(waitMs, () => this.server.queue(this));
  }

  /** Its scope is cancelled: a try that a worker has taken is awaited, another is never begun. */
  cancel(): void {
    this.cancelRequested = true;
    if (this.executing || this.over) return;
    this.end(() => this.settle.reject(activityFailed(new CancelledFailure('cancelled'))));
  }

  private stale(of: number): boolean {
    return this.over || this.run.gone || !this.executing || of !== this.tries;
  }

  private end(act: () => void): void {
    this.over = true;
    this.executing = false;
    this.stopTimer();
    act();
  }
}

let made = 0;
