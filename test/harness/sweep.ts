/** The sweep of a worker by itself, without a Temporal to ask. */
import type { Logger } from '../../src/platform/logger';
import { startSweep } from '../../src/bin/parts/sweep';
import type { WorkflowGateway } from '../../src/outbox/gateway';
import type { Visibility } from '../../src/outbox/visibility';
import { readConfig } from '../../src/platform/config';
import type { Database } from '../../src/platform/database';
import type { Sealer } from '../../src/platform/encryption';

/** What a task logs that needs Temporal. */
export const NOT_ASKED = 'Temporal is not asked';

/** Starts it with the default settings. Once it is stopped, each task has had a turn. */
export function sweepAlone(db: Database, sealer: Sealer, logger: Logger): { stop(): Promise<void> } {
  const nothing = () => Promise.reject(new Error(NOT_ASKED));
  return startSweep({
    ...readConfig({}),
    ...{ db, sealer, logger, alertChannels: [], outboxChanged: () => undefined },
    prepareNamespace: nothing,
    gateway: { conditionOf: nothing, lookAgain: nothing } as unknown as WorkflowGateway,
    visibility: { listClosed: nothing, listRunning: nothing, runningOf: nothing } as unknown as Visibility,
  });
}
