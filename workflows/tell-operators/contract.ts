/** What others need to talk to the `tellOperators` workflow. Only ids and numbers go through here (rule `ids-only`). */

/** The id of a message's workflow, the same over every run of it. */
export function messageWorkflowId(messageId: string): string {
  return `alert-message-${messageId}`;
}

/** Input of the workflow. */
export interface TellOperatorsInput {
  readonly messageId: string;
}

/** What became of an attempt. */
export type TellingProgress =
  | { readonly ended: true; readonly status: 'sent' | 'dropped' | 'gone' }
  | {
      readonly ended: false;
      /** Made until now. */
      readonly attempts: number;
      /** Until the next one. The activity sets the pace, so that another pace needs no other workflow. */
      readonly waitMs: number;
    };

/** The activities of the workflow. */
export interface TellOperatorsActivities {
  /** Makes the next attempt to send a message, or finds that it is done with. */
  sendAlertMessage(messageId: string): Promise<TellingProgress>;
  /** Drops a message unless it has been sent. */
  dropAlertMessage(messageId: string): Promise<void>;
}
