/** What others need to talk to the `resync` workflow. Only ids and numbers go through here (rule `ids-only`). */

/** The id of a resync's workflow, the same over every run of it. */
export function resyncWorkflowId(resyncId: string): string {
  return `resync-${resyncId}`;
}

/** Input of the workflow. */
export interface ResyncInput {
  readonly resyncId: string;
}

/** How far one batch brought the resync. */
export type ResyncProgress =
  | { readonly ended: true; readonly status: 'completed' | 'cancelled' | 'gone' }
  | {
      readonly ended: false;
      /** Citizens processed, and in all. */
      readonly done: number;
      readonly total: number;
      /** Until the next batch. The activity sets the pace, so that another pace needs no other workflow. */
      readonly waitMs: number;
    };

/** The activities of the workflow. */
export interface ResyncActivities {
  /** Enqueues deliveries for the next few citizens, or finds that nothing is left to do. */
  processNextBatch(resyncId: string): Promise<ResyncProgress>;
  /** The same, by the name that resyncs begun by version 0.1 have in their histories. */
  advanceResync(resyncId: string): Promise<ResyncProgress>;
  /** Makes the resync cancelled unless it has ended. */
  cancelResync(resyncId: string): Promise<void>;
}
