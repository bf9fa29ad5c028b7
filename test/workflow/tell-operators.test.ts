import { WorkflowFailedError } from '@temporalio/client';
import { workflowMetadataQuery } from '@temporalio/workflow';
import type { TellingProgress } from '../../workflows/tell-operators/contract';
import { playMessage } from '../harness/message-rig';
import { untilAsleep } from '../harness/resync-rig';
import { WorkflowRig } from '../harness/workflow-rig';

let rig: WorkflowRig;
beforeAll(async () => {
  rig = await WorkflowRig.create();
});
afterAll(() => rig.teardown());

const SENT: TellingProgress = { ended: true, status: 'sent' };
const failed = (attempts: number, waitMs: number): TellingProgress => ({ ended: false, attempts, waitMs });

describe('a message to operators', () => {
  it('is tried again for as long as it takes, at the pace that it is told', async () => {
    const { attempts, drops } = await playMessage(
      rig,
      (count) => (count < 4 ? failed(count, 60_000) : SENT),
      (handle) => handle.result(),
    );
    const gaps = attempts.slice(1).map((at, index) => Math.round((at - (attempts[index] ?? 0)) / 60_000));
    expect([gaps, drops]).toEqual([[1, 1, 1], 0]);
  });

  it('outlasts trouble of our own', async () => {
    const { attempts } = await playMessage(
      rig,
      (count) => {
        if (count < 5) throw new Error('the database is away');
        return SENT;
      },
      (handle) => handle.result(),
    );
    expect(attempts).toHaveLength(5);
  });

  it('goes on in a new run before its history is long', async () => {
    const { result } = await playMessage(
      rig,
      (count) => (count < 205 ? failed(count, 1_000) : SENT),
      async (handle) => {
        await handle.result();
        return rig.takeHistories(handle);
      },
    );
    expect(result).toHaveLength(2);
  });

  it('is dropped where its workflow is cancelled', async () => {
    const { drops, result } = await playMessage(
      rig,
      (count) => failed(count, 3_600_000),
      async (handle) => {
        await untilAsleep(rig, handle);
        expect((await handle.query(workflowMetadataQuery)).currentDetails).toMatch(
          /^Since .* UTC: not accepted, after \d+ attempts\. The next one is made at .* UTC;/,
        );
        await handle.cancel();
        return handle.result().catch((error: unknown) => error);
      },
    );
    expect(result).toBeInstanceOf(WorkflowFailedError);
    expect(drops).toBe(1);
  });
});
