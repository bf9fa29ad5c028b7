/** Runs the workflow that tells operators over attempts that a test scripts. */
import {
  messageWorkflowId,
  type TellingProgress,
  type TellOperatorsActivities,
} from '../../workflows/tell-operators/contract';
import type { RunningWorkflow, WorkflowRig } from './workflow-rig';

/** What became of a message. */
export interface PlayedMessage<T> {
  /** When each attempt was made, by the server's clock, which skips. */
  readonly attempts: readonly number[];
  /** How often the workflow dropped the message in the database. */
  readonly drops: number;
  readonly result: T;
}

/** Plays a message whose attempts are scripted by their number, which starts at 1. */
export async function playMessage<T>(
  rig: WorkflowRig,
  attempt: (count: number) => TellingProgress,
  during: (handle: RunningWorkflow<void>) => Promise<T>,
): Promise<PlayedMessage<T>> {
  const attempts: number[] = [];
  let drops = 0;
  const activities: TellOperatorsActivities = {
    async sendAlertMessage() {
      attempts.push(await rig.env.currentTimeMs());
      return attempt(attempts.length);
    },
    dropAlertMessage() {
      drops += 1;
      return Promise.resolve();
    },
  };
  const messageId = `m-${Math.random().toString(36).slice(2)}`;
  const result = await rig.run(
    { type: 'tellOperators', workflowId: messageWorkflowId(messageId), input: { messageId }, activities },
    during,
  );
  return { attempts, drops, result };
}
