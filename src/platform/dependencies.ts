/** Whether what the service depends on is there: for the probes and for the metrics. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionLike } from '@temporalio/client';
import type { Database } from './database';

/** What the service needs for all of its work. Each check rejects when its part is away. */
export interface Checks {
  readonly database: () => Promise<void>;
  readonly temporal: () => Promise<void>;
}

export type Dependency = keyof Checks;
export type DependencyState = 'up' | 'down';

/** A check that takes longer has failed. Milliseconds. */
const LIMIT_MS = 2_000;

/** The checks of a process that has these connections. */
export function checksOf(
  db: Database,
  temporal: Pick<ConnectionLike, 'withDeadline' | 'workflowService'>,
  namespace: string,
): Checks {
  return {
    database: async () => void (await db.$queryRaw`SELECT 1`),
    temporal: async () =>
      void (await temporal.withDeadline(Date.now() + LIMIT_MS, () =>
        temporal.workflowService.describeNamespace({ namespace }),
      )),
  };
}

/** Asks all of them at once. It takes no longer than two seconds, and never rejects. */
export async function statesOf(checks: Checks): Promise<Record<Dependency, DependencyState>> {
  const [database, temporal] = await Promise.all([stateOf(checks.database), stateOf(checks.temporal)]);
  return { database, temporal };
}

async function stateOf(check: () => Promise<void>): Promise<DependencyState> {
  const limit = new AbortController();
  const tooLong = sleep(LIMIT_MS, 'down' as const, { signal: limit.signal }).catch(() => 'down' as const);
  const answered = check().then(
    () => 'up' as const,
    () => 'down' as const,
  );
  const state = await Promise.race([answered, tooLong]);
  limit.abort();
  return state;
}
