import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { workflowMetadataQuery } from '@temporalio/workflow';
import type { ResyncProgress } from '../../workflows/resync/contract';
import { playResync, resyncEnded, resyncGoesOn, untilAsleep } from '../harness/resync-rig';
import { WorkflowRig, type RunningWorkflow } from '../harness/workflow-rig';

let rig: WorkflowRig;
beforeAll(async () => {
  rig = await WorkflowRig.create();
});
afterAll(() => rig.teardown());

const untilItsEnd = (handle: RunningWorkflow<void>) => handle.result();

describe('a resync', () => {
  it('takes step after step at the pace it is told, until there is nothing left', async () => {
    const { steps } = await playResync(
      rig,
      (count) => (count < 4 ? resyncGoesOn(60_000) : resyncEnded('completed')),
      untilItsEnd,
    );
    const gaps = steps.slice(1).map((at, index) => Math.round((at - (steps[index] ?? 0)) / 60_000));
    expect(gaps).toEqual([1, 1, 1]);
  });

  it('ends where it was cancelled in the database', async () => {
    const played = await playResync(rig, () => resyncEnded('cancelled'), untilItsEnd);
    expect(played).toMatchObject({ steps: [expect.any(Number)], cancels: 0 });
  });

  it('outlasts trouble of our own', async () => {
    const step = (count: number): ResyncProgress => {
      if (count < 5) throw new Error('the database is away');
      return resyncEnded('completed');
    };
    const { steps } = await playResync(rig, step, untilItsEnd);
    expect(steps).toHaveLength(5);
  });

  it('goes on in a new run before its history is long', async () => {
    const { steps, result } = await playResync(
      rig,
      (count) => (count < 320 ? resyncGoesOn(1_000) : resyncEnded('completed')),
      async (handle) => {
        await handle.result();
        return rig.takeHistories(handle);
      },
    );
    expect(steps).toHaveLength(320);
    expect(result).toHaveLength(2);
  });

  it('is cancelled in the database too when its workflow is', async () => {
    const { cancels, result } = await playResync(
      rig,
      () => resyncGoesOn(3_600_000),
      async (handle) => {
        await untilAsleep(rig, handle);
        expect((await handle.query(workflowMetadataQuery)).currentDetails).toMatch(
          /^Since .* UTC: \d+ of \d+ citizens have a delivery\. It goes on at .* UTC\.$/,
        );
        await handle.cancel();
        return handle.result().catch((error: unknown) => error);
      },
    );
    expect(result).toBeInstanceOf(WorkflowFailedError);
    expect((result as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(cancels).toBe(1);
  });
});
