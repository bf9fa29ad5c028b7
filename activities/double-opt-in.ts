/** What the `doubleOptIn` workflow does to the world: thin calls of `src/consent/double-opt-in`. */
import { processOptIn, type OptInContext } from '../src/consent/double-opt-in/process-opt-in';
import type { DoubleOptInActivities, OptInProgress } from '../workflows/double-opt-in/contract';

/** What the activities need of one worker process. */
export interface DoubleOptInContext extends OptInContext {
  /** Called when a commit left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** Creates the activities. */
export function createDoubleOptInActivities(context: DoubleOptInContext): DoubleOptInActivities {
  const process = async (optInId: string): Promise<OptInProgress> => {
    const progress = await processOptIn(context, optInId);
    context.outboxChanged();
    return progress;
  };
  return { processOptIn: process, advanceOptIn: process };
}
