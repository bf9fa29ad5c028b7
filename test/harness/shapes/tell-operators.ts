/** The shapes that the life of a message to operators can take. */
import { WorkflowFailedError } from '@temporalio/client';
import type { TellingProgress } from '../../../workflows/tell-operators/contract';
import { playMessage } from '../message-rig';
import { untilAsleep } from '../resync-rig';
import type { RunningWorkflow, WorkflowRig } from '../workflow-rig';
import type { Shape } from './shape';

type Meanwhile = (handle: RunningWorkflow<void>, rig: WorkflowRig) => Promise<unknown>;

const untilItsEnd: Meanwhile = (handle) => handle.result();

/** The attempts are made in turn. */
function shapeOf(attempts: readonly TellingProgress[], meanwhile: Meanwhile = untilItsEnd): Shape {
  return async (rig) => {
    const attempt = (count: number): TellingProgress => attempts[count - 1] as TellingProgress;
    const played = await playMessage(rig, attempt, async (handle) => {
      await meanwhile(handle, rig);
      return rig.takeHistories(handle);
    });
    return played.result;
  };
}

const failed = (count: number, waitMs: number): TellingProgress[] =>
  Array.from({ length: count }, (_, i) => ({ ended: false, attempts: i + 1, waitMs }));
const ended = (status: 'sent' | 'dropped' | 'gone'): TellingProgress => ({ ended: true, status });

/** By the name of the file that a recording gets. */
export const MESSAGE_SHAPES: Readonly<Record<string, Shape>> = {
  'sent-at-once': shapeOf([ended('sent')]),
  'sent-in-the-end': shapeOf([...failed(4, 1_000), ended('sent')]),
  dropped: shapeOf([...failed(1, 1_000), ended('dropped')]),
  gone: shapeOf([ended('gone')]),
  'cancelled-while-asleep': shapeOf(failed(2, 3_600_000), async (handle, rig) => {
    await untilAsleep(rig, handle);
    await handle.cancel();
    await handle.result().catch((error: unknown) => {
      if (!(error instanceof WorkflowFailedError)) throw error;
    });
  }),
  'still-waiting': shapeOf(failed(2, 3_600_000), (handle, rig) => untilAsleep(rig, handle)),
  'continued-as-new': shapeOf([...failed(205, 1_000), ended('sent')]),
};
