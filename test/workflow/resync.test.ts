import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import path from 'node:path';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import { resyncWorkflowId, type ResyncProgress } from '../../workflows/resync/contract';
import { eventually } from '../harness/service';
import { timeSkippingEnvironment } from '../harness/temporal';

let env: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundleOption;
beforeAll(async () => {
  env = await timeSkippingEnvironment();
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: path.resolve(__dirname, '../../workflows/resync/workflow.ts'),
  });
});
afterAll(() => env.teardown());

const ended = (status: 'completed' | 'cancelled'): ResyncProgress => ({ ended: true, status });
const more = (waitMs: number): ResyncProgress => ({ ended: false, done: 1, total: 9, waitMs });

/** Runs a resync whose steps a test scripts. */
async function resync(
  step: (count: number) => ResyncProgress,
  during: (handle: WorkflowHandle) => Promise<unknown> = (handle) => handle.result(),
): Promise<{ steps: number[]; cancels: number }> {
  const steps: number[] = [];
  let cancels = 0;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle,
    activities: {
      processNextBatch: async (): Promise<ResyncProgress> => {
        steps.push(await env.currentTimeMs());
        return step(steps.length);
      },
      cancelResync: (): Promise<void> => Promise.resolve(void (cancels += 1)),
    },
  });
  const resyncId = Math.random().toString(36).slice(2);
  await worker.runUntil(async () => {
    const handle = await env.client.workflow.start('resync', {
      workflowId: resyncWorkflowId(resyncId),
      taskQueue: TASK_QUEUE,
      args: [{ resyncId }],
    });
    await during(handle);
  });
  return { steps, cancels };
}

describe('a resync', () => {
  it('takes step after step at the pace it is told, until there is nothing left', async () => {
    const { steps } = await resync((count) => (count < 4 ? more(60_000) : ended('completed')));
    const gaps = steps.slice(1).map((at, index) => Math.round((at - (steps[index] ?? 0)) / 60_000));
    expect(gaps).toEqual([1, 1, 1]);
  });

  it('ends where it was cancelled in the database', async () => {
    expect(await resync(() => ended('cancelled'))).toMatchObject({ steps: [expect.any(Number)], cancels: 0 });
  });

  it('outlasts trouble of our own', async () => {
    const { steps } = await resync((count) => {
      if (count < 5) throw new Error('the database is away');
      return ended('completed');
    });
    expect(steps).toHaveLength(5);
  });

  it('goes on in a new run before its history is long', async () => {
    let runs = 0;
    const { steps } = await resync(
      (count) => (count < 320 ? more(1_000) : ended('completed')),
      async (handle) => {
        await handle.result();
        const { raw, runId } = await handle.describe();
        const first = raw.workflowExecutionInfo?.firstRunId;
        runs = first === runId ? 1 : 2;
      },
    );
    expect([steps.length, runs]).toEqual([320, 2]);
  });

  it('is cancelled in the database too when its workflow is', async () => {
    let taken = 0;
    const { cancels } = await resync(
      (count) => {
        taken = count;
        return more(3_600_000);
      },
      async (handle) => {
        while (taken === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        // Asleep by now: the test server does not know how to cancel an activity in flight.
        await eventually(async () => expect((await handle.describe()).historyLength).toBeGreaterThan(9));
        await handle.cancel();
        const failure: unknown = await handle.result().catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(WorkflowFailedError);
        expect((failure as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      },
    );
    expect(cancels).toBe(1);
  });
});
