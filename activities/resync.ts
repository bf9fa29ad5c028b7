/** What the resync workflow does to the world. */
import { abandonResync, advanceResync } from '../src/delivery/resync/next-batch';
import type { Database } from '../src/platform/database';
import type { ResyncActivities } from '../workflows/resync/contract';

/** What resyncs need of the worker's process. */
export interface ResyncContext {
  readonly db: Database;
  /** Called when a step left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** Creates the activities over the services of one worker process. */
export function createResyncActivities({ db, outboxChanged }: ResyncContext): ResyncActivities {
  return {
    async advanceResync(resyncId) {
      const step = await advanceResync(db, resyncId);
      outboxChanged();
      return step;
    },
    cancelResync: (resyncId) => abandonResync(db, resyncId),
  };
}
