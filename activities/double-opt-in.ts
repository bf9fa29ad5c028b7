/** What the `doubleOptIn` workflow does to the world: a thin door to `src/consent/double-opt-in`. */
import { advanceOptIn, type AdvanceContext } from '../src/consent/double-opt-in/process-opt-in';
import type { DoubleOptInActivities } from '../workflows/double-opt-in/contract';

/** What the activities need of one worker process. */
export interface DoubleOptInContext extends AdvanceContext {
  /** Called when a commit left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** Creates the activities. */
export function createDoubleOptInActivities(context: DoubleOptInContext): DoubleOptInActivities {
  return {
    async advanceOptIn(optInId) {
      const step = await advanceOptIn(context, optInId);
      context.outboxChanged();
      return step;
    },
  };
}
