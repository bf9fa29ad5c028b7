/** What Prometheus scrapes. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { readBacklog } from '../outbox/backlog';
import type { Database } from '../platform/database';

/** The metrics of one process. */
export interface Metrics {
  readonly contentType: string;
  /** Takes note of an answered request; `route` is the pattern, never the URL. */
  observeRequest(labels: { method: string; route: string; status: number }, seconds: number): void;
  render(): Promise<string>;
}

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Metrics of the process, of HTTP, and of the backlog in the database. While the database is away the latter are absent
 * and the rest is served.
 */
export function createMetrics(db: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'cpm_http_request_duration_seconds',
    help: 'Duration of answered requests',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS_S,
    registers: [registry],
  });
  const registers = [registry];
  const unfinished = new Gauge({
    name: 'cpm_deliveries_unfinished',
    help: 'Deliveries that are not finished, by status',
    labelNames: ['status'] as const,
    registers,
  });
  const entries = new Gauge({
    name: 'cpm_outbox_entries',
    help: 'Deliveries of which Temporal is still to be told, by what',
    labelNames: ['action'] as const,
    registers,
  });
  const stalled = new Gauge({
    name: 'cpm_deliveries_stalled',
    help: 'Deliveries that should have gone on by now, by what Temporal says of their workflows',
    labelNames: ['workflow'] as const,
    registers,
  });
  const toldAgain = new Counter({
    name: 'cpm_deliveries_told_again_total',
    help: 'Deliveries that were told again to go on, by what they had waited for',
    labelNames: ['kind'] as const,
    registers,
  });
  const stuck = new Gauge({
    name: 'cpm_workflows_stalled',
    help: 'Double opt-ins and resyncs that should have gone on by now, by what Temporal says of their workflows',
    labelNames: ['kind', 'workflow'] as const,
    registers,
  });
  const restarted = new Counter({
    name: 'cpm_workflows_restarted_total',
    help: 'Workflows of double opt-ins and resyncs that others were started for, since they did not go on',
    labelNames: ['kind'] as const,
    registers,
  });
  return {
    contentType: registry.contentType,
    observeRequest({ method, route, status }, seconds) {
      durations.observe({ method, route, status: String(status) }, seconds);
    },
    async render() {
      const backlog = await readBacklog(db).catch(() => undefined);
      unfinished.reset();
      entries.reset();
      stalled.reset();
      toldAgain.reset();
      stuck.reset();
      restarted.reset();
      for (const { status, count } of backlog?.unfinished ?? []) unfinished.set({ status }, count);
      for (const { action, count } of backlog?.entries ?? []) entries.set({ action }, count);
      for (const { by, count } of backlog?.stalled ?? []) stalled.set({ workflow: by }, count);
      for (const { kind, count } of backlog?.toldAgain ?? []) toldAgain.inc({ kind }, count);
      for (const { kind, by, count } of backlog?.stuck ?? []) stuck.set({ kind, workflow: by }, count);
      for (const { kind, count } of backlog?.restarted ?? []) restarted.inc({ kind }, count);
      return registry.metrics();
    },
  };
}
