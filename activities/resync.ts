/** What the resync workflow does to the world. */
import { abandonResync, processNextBatch } from '../src/delivery/resync/next-batch';
import type { Database } from '../src/platform/database';
import type { ResyncActivities, ResyncProgress } from '../workflows/resync/contract';

/** What resyncs need of the worker's process. */
export interface ResyncContext {
  readonly db: Database;
  /** Called when a batch left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** Creates the activities over the services of one worker process. */
export function createResyncActivities({ db, outboxChanged }: ResyncContext): ResyncActivities {
  const nextBatch = async (resyncId: string): Promise<ResyncProgress> => {
    const progress = await processNextBatch(db, resyncId);
    outboxChanged();
    return progress;
  };
  return {
    processNextBatch: nextBatch,
    advanceResync: nextBatch,
    cancelResync: (resyncId) => abandonResync(db, resyncId),
  };
}
