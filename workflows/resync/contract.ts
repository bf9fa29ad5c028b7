/** What others need to talk to the `resync` workflow. Only ids and numbers go through here (rule `ids-only`). */

/** The id of a resync's workflow, the same over every run of it. */
export function resyncWorkflowId(resyncId: string): string {
  return `resync-${resyncId}`;
}

/** Input of the workflow. */
export interface ResyncInput {
  readonly resyncId: string;
}

/** Where one step left the resync. */
export type ResyncStep =
  | { readonly ended: true; readonly status: 'completed' | 'cancelled' | 'gone' }
  | {
      readonly ended: false;
      /** Citizens seen to, and in all. */
      readonly done: number;
      readonly total: number;
      /** Until the next step. The activity sets the pace, so that another pace needs no other workflow. */
      readonly waitMs: number;
    };

/** The activities of the workflow. */
export interface ResyncActivities {
  /** Queues deliveries for the next few citizens, or finds that nothing is left to do. */
  advanceResync(resyncId: string): Promise<ResyncStep>;
  /** Makes the resync cancelled unless it has ended. */
  cancelResync(resyncId: string): Promise<void>;
}
