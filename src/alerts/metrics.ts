import { Gauge } from 'prom-client';
import type { Database } from '../platform/database';
import type { ProcessMetrics } from '../platform/metrics';
import { countOpenAlerts } from './alerts';

/** Shows how many alerts are open, read for each scrape. */
export function showOpenAlerts(metrics: ProcessMetrics, db: Database): void {
  const alerts = new Gauge({
    name: 'cpm_alerts_open',
    help: 'Alerts that are open, by kind',
    labelNames: ['kind'] as const,
    registers: [metrics.registry],
  });
  metrics.beforeEach(async () => {
    const open = await countOpenAlerts(db).catch(() => []);
    alerts.reset(); // and set in one go: scrapes may overlap
    for (const { kind, count } of open) alerts.set({ kind }, count);
  });
}
