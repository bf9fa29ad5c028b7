/** A run of a workflow: the product's own workflow code, over the stand-ins of `workflow-api.ts`. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityTask } from './activity-task';
import { isCancellation } from './failures';
import type { TemporalServer } from './server';

export type Outcome = 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

interface Wait {
  readonly over: () => boolean;
  readonly shielded: boolean;
  readonly resolve: (met: boolean) => void;
  readonly reject: (error: unknown) => void;
  readonly stopTimer: () => void;
}

/** What workflow code finds out about where it runs. */
export const scope = new AsyncLocalStorage<{ readonly run: WorkflowRun; readonly shielded: boolean }>();

export class WorkflowRun {
  outcome: Outcome = 'RUNNING';
  /** Temporal has forgotten it. */
  gone = false;
  cancelled = false;
  failure: unknown;
  readonly handlers = new Map<string, (...args: unknown[]) => void>();
  private readonly waits = new Set<Wait>();
  private readonly tasks = new Set<ActivityTask>();

  constructor(
    private readonly server: TemporalServer,
    readonly workflowId: string,
    readonly type: string,
  ) {}

  start(workflow: (input: unknown) => Promise<unknown>, input: unknown): void {
    void scope
      .run({ run: this, shielded: false }, () => workflow(input))
      .then(
        () => this.end('COMPLETED'),
        (error: unknown) => {
          this.failure = error;
          this.end(isCancellation(error) ? 'CANCELLED' : 'FAILED');
        },
      );
  }

  signal(name: string, args: readonly unknown[]): void {
    this.handlers.get(name)?.(...args);
    for (const wait of [...this.waits]) if (wait.over()) this.settle(wait, () => wait.resolve(true));
  }

  cancel(): void {
    this.cancelled = true;
    for (const wait of [...this.waits])
      if (!wait.shielded) this.settle(wait, () => wait.reject(new CancelledFailure('cancelled')));
    for (const task of this.tasks) task.cancel();
  }

  /** Waits for a condition, or for a time, or both. */
  wait(over: () => boolean, limitMs: number | undefined): Promise<boolean> {
    const shielded = this.shielded();
    if (over()) return Promise.resolve(true);
    if (this.cancelled && !shielded) return Promise.reject(new CancelledFailure('cancelled'));
    return new Promise((resolve, reject) => {
      const ring = (): void => this.settle(wait, () => resolve(false));
      const stopTimer = limitMs === undefined ? () => undefined : this.server.clock.after(limitMs, ring);
      const wait: Wait = { over, shielded, resolve, reject, stopTimer };
      this.waits.add(wait);
    });
  }

  activity(name: string, args: readonly unknown[], options: ActivityOptions): Promise<unknown> {
    if (this.cancelled && !this.shielded()) return Promise.reject(new CancelledFailure('cancelled'));
    return new Promise((resolve, reject) => {
      const task = new ActivityTask(this.server, this, name, args, options, { resolve, reject });
      if (!this.shielded()) this.tasks.add(task);
      this.server.queue(task);
    });
  }

  /** Temporal forgets it: nothing of it goes on. */
  vanish(): void {
    this.gone = true;
    for (const wait of this.waits) wait.stopTimer();
    this.waits.clear();
  }

  private shielded(): boolean {
    return scope.getStore()?.shielded ?? false;
  }

  private settle(wait: Wait, act: () => void): void {
    if (!this.waits.delete(wait) || this.gone) return;
    wait.stopTimer();
    act();
  }

  private end(outcome: Outcome): void {
    if (!this.gone) this.outcome = outcome;
  }
}
