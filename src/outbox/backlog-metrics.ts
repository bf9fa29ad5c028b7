import { Counter, Gauge } from 'prom-client';
import type { Database } from '../platform/database';
import type { ProcessMetrics } from '../platform/metrics';
import { readBacklog } from './backlog';

/** Shows the backlog, read for each scrape. While the database is away there are no figures of it. */
export function showBacklog(metrics: ProcessMetrics, db: Database): void {
  const registers = [metrics.registry];
  const unfinished = new Gauge({
    name: 'cpm_deliveries_unfinished',
    help: 'Deliveries that are not finished, by status',
    labelNames: ['status'] as const,
    registers,
  });
  const oldest = new Gauge({
    name: 'cpm_oldest_undelivered_seconds',
    help: 'Age of the oldest delivery that is not finished, paused ones aside; 0: there is none',
    labelNames: ['kind'] as const,
    registers,
  });
  const entries = new Gauge({
    name: 'cpm_outbox_entries',
    help: 'Deliveries of which Temporal is still to be told, by what',
    labelNames: ['action'] as const,
    registers,
  });
  const lag = new Gauge({
    name: 'cpm_outbox_lag_seconds',
    help: 'How long the outbox entry that is due the longest has been due; 0: none is',
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
    help: 'Double opt-ins, resyncs and messages to operators that should have gone on by now, by what Temporal says of their workflows',
    labelNames: ['kind', 'workflow'] as const,
    registers,
  });
  const restarted = new Counter({
    name: 'cpm_workflows_restarted_total',
    help: 'Workflows of double opt-ins, resyncs and messages to operators that others were started for, since they did not go on',
    labelNames: ['kind'] as const,
    registers,
  });
  metrics.beforeEach(async () => {
    const backlog = await readBacklog(db).catch(() => undefined);
    // Cleared and set in one go: scrapes may overlap.
    for (const metric of [unfinished, oldest, entries, stalled, toldAgain, stuck, restarted]) metric.reset();
    lag.remove();
    if (!backlog) return;
    for (const { status, count } of backlog.unfinished) unfinished.set({ status }, count);
    for (const { kind, seconds } of backlog.oldest) oldest.set({ kind }, seconds);
    for (const { action, count } of backlog.entries) entries.set({ action }, count);
    lag.set(backlog.lagSeconds);
    for (const { by, count } of backlog.stalled) stalled.set({ workflow: by }, count);
    for (const { kind, count } of backlog.toldAgain) toldAgain.inc({ kind }, count);
    for (const { kind, by, count } of backlog.stuck) stuck.set({ kind, workflow: by }, count);
    for (const { kind, count } of backlog.restarted) restarted.inc({ kind }, count);
  });
}
