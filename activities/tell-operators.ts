/** What the workflow that tells operators does to the world. */
import { dropMessage, sendMessage, type SendingContext } from '../src/alerts/send-message';
import type { TellOperatorsActivities } from '../workflows/tell-operators/contract';

/** Creates the activities over the services of one worker process. */
export function createTellOperatorsActivities(context: SendingContext): TellOperatorsActivities {
  return {
    sendAlertMessage: (messageId) => sendMessage(context, messageId),
    dropAlertMessage: (messageId) => dropMessage(context.db, messageId),
  };
}
