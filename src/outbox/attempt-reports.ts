/**
 * Tells Temporal how attempts ended that went on after their activity had given its slot back.
 *
 * A report may be lost: with its process, or when Temporal stays away. Then the activity's limit, or the workflow's own
 * wait, runs out, and the next look at the database finds what was recorded.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ActivityNotFoundError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  attemptEnded,
  deliveryWorkflowId,
  type AttemptResult,
  type AttemptEnd,
} from '../../workflows/deliver-webhook/contract';
import type { Logger } from '../platform/logger';

/** Reports of one process. None of them rejects. */
export interface AttemptReports {
  /** To the workflow of a delivery whose attempt left its workflow task. */
  ended(deliveryId: string, ended: AttemptEnd): Promise<void>;
  /** To an activity. */
  completed(deliveryId: string, taskToken: Uint8Array, result: AttemptResult): Promise<void>;
  /** To an activity; its retry policy decides what follows. */
  failed(deliveryId: string, taskToken: Uint8Array, failure: Error): Promise<void>;
}

/** Longest time of one call to Temporal. */
const CALL_DEADLINE_MS = 10_000;
/** Waits before a report is made again. Milliseconds. */
const AGAIN_MS = [500, 1_000, 2_000, 4_000] as const;

/** @param graceOver aborts when a stopping worker waits no longer: a report is then made once */
export function createAttemptReports(client: Client, logger: Logger, graceOver: AbortSignal): AttemptReports {
  const report = async (deliveryId: string, tell: () => Promise<void>): Promise<void> => {
    for (const againMs of [...AGAIN_MS, undefined]) {
      try {
        return await client.withDeadline(Date.now() + CALL_DEADLINE_MS, tell);
      } catch (error) {
        // It has ended, or was given up: nobody waits for the report.
        if (error instanceof WorkflowNotFoundError || error instanceof ActivityNotFoundError) return;
        if (againMs === undefined || graceOver.aborted) {
          logger.warn(
            { deliveryId, err: error },
            'the end of an attempt not reported; it will be found in the database',
          );
          return;
        }
        await sleep(againMs);
      }
    }
  };
  return {
    ended: (deliveryId, ended) =>
      report(deliveryId, () =>
        client.workflow.getHandle(deliveryWorkflowId(deliveryId)).signal(attemptEnded, ended),
      ),
    completed: (deliveryId, taskToken, result) =>
      report(deliveryId, () => client.activity.complete(taskToken, result)),
    failed: (deliveryId, taskToken, failure) =>
      report(deliveryId, () => client.activity.fail(taskToken, failure)),
  };
}
