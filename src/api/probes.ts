/** `/healthz`, `/readyz` and `/metrics`: for load balancers and monitoring, without authentication. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import type { ProcessMetrics } from '../platform/metrics';
import { mountPage } from './mount';

/** What the service needs for all of its work. Each check rejects when its part is away. */
export interface Checks {
  readonly database: () => Promise<void>;
  readonly temporal: () => Promise<void>;
}

/** A check that takes longer has failed. */
const LIMIT_MS = 2_000;

/** Serves the probes. @param metrics that are served here */
export function probes(checks: Checks, metrics: ProcessMetrics | undefined): Router {
  const router = Router();
  mountPage(router, '/healthz', (_req, res) => void res.json({ status: 'alive' }));
  mountPage(router, '/readyz', async (_req, res) => {
    const [database, temporal] = await Promise.all([stateOf(checks.database), stateOf(checks.temporal)]);
    const states = { database, temporal };
    const unavailable = Object.entries(states).flatMap(([name, state]) => (state === 'up' ? [] : [name]));
    if (unavailable.length === 0) res.json({ status: 'ready' });
    else res.status(503).json({ status: 'unavailable', unavailable });
  });
  if (metrics) {
    mountPage(router, '/metrics', async (_req, res) => {
      res.set('content-type', metrics.contentType).send(await metrics.render());
    });
  }
  return router;
}

async function stateOf(check: () => Promise<void>): Promise<'up' | 'down'> {
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
