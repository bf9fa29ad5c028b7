/** `/healthz`, `/readyz` and `/metrics`: for load balancers and monitoring, without authentication. */
import { Router } from 'express';
import { statesOf, type Checks } from '../platform/dependencies';
import type { ProcessMetrics } from '../platform/metrics';
import { mountPage } from './mount';

/** Serves the probes. @param metrics that are served here */
export function probes(checks: Checks, metrics: ProcessMetrics | undefined): Router {
  const router = Router();
  mountPage(router, '/healthz', (_req, res) => void res.json({ status: 'alive' }));
  mountPage(router, '/readyz', async (_req, res) => {
    const unavailable = Object.entries(await statesOf(checks)).flatMap(([name, state]) =>
      state === 'up' ? [] : [name],
    );
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
