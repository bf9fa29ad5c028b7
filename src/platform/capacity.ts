/** How much a process takes on at once. docs/scaling.md tells which to change when, and what each costs. */
import { z } from 'zod';
import type { Reader } from './config-reader';

/** Limits of one process. */
export interface Capacity {
  /** Connections of the database pool, in each API and each worker. */
  readonly maxConnections: number;
  readonly worker: WorkerCapacity;
}

/** Limits of one worker. */
export interface WorkerCapacity {
  /** Workflow tasks, and with them attempts inside a workflow task, in progress at once. */
  readonly workflowSlots: number;
  /** Activities in progress at once. None is in progress while it waits for a receiver. */
  readonly activitySlots: number;
  /** Requests to Temporal that wait for workflow tasks. */
  readonly workflowPollers: number;
  /** Requests to Temporal that wait for activities. */
  readonly activityPollers: number;
  /** Workflows kept in memory between their tasks. */
  readonly cachedWorkflows: number;
  /** Outbox entries worked on at once: told to Temporal, or first attempts being made. */
  readonly dispatchBatch: number;
}

/** Reads the limits; none set gives what was measured to serve one machine of two cores well. */
export function readCapacity(read: Reader): Capacity {
  const limit = (variable: string, [least, most]: readonly [number, number], usual: number): number =>
    read(variable, wholeNumber(least, most), `a whole number from ${least} to ${most}`) ?? usual;
  return {
    // The tasks of the sweep may hold several at once, and must leave some for deliveries.
    maxConnections: limit('CPM_DATABASE_CONNECTIONS', [4, 500], 20),
    worker: {
      // The SDK refuses fewer than two: one is for workflows in the cache, one for all others.
      workflowSlots: limit('CPM_WORKFLOW_SLOTS', [2, 10_000], 100),
      activitySlots: limit('CPM_ACTIVITY_SLOTS', [1, 10_000], 64),
      workflowPollers: limit('CPM_WORKFLOW_POLLERS', [2, 500], 16),
      activityPollers: limit('CPM_ACTIVITY_POLLERS', [1, 500], 16),
      cachedWorkflows: limit('CPM_WORKFLOW_CACHE', [2, 1_000_000], 200),
      dispatchBatch: limit('CPM_DISPATCH_BATCH', [1, 1_000], 32),
    },
  };
}

function wholeNumber(least: number, most: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((n) => n >= least && n <= most);
}
