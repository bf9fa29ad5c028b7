import { Counter, Histogram } from 'prom-client';
import type { ProcessMetrics } from '../../platform/metrics';
import type { PostOutcome } from '../http/post';
import type { LoadedDelivery } from './load';

/** A request's limit is 15 s by default, and a setting. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

/** Counts and times what a worker's attempts come to. */
export class AttemptMetrics {
  private readonly durations;
  private readonly finished;

  constructor({ registry }: ProcessMetrics) {
    this.durations = new Histogram({
      name: 'cpm_attempt_duration_seconds',
      help: 'Duration of attempts, by update type, outcome, and class of the HTTP status (none: no complete answer)',
      labelNames: ['update_type', 'outcome', 'answer'] as const,
      buckets: BUCKETS_S,
      registers: [registry],
    });
    this.finished = new Counter({
      name: 'cpm_deliveries_finished_total',
      help: 'Deliveries that this worker has brought to their end, by application, update type and how they ended',
      labelNames: ['application', 'update_type', 'status'] as const,
      registers: [registry],
    });
  }

  /** An attempt is over. */
  attempted({ updateType }: LoadedDelivery, { delivered, statusCode, durationMs }: PostOutcome): void {
    this.durations.observe(
      {
        update_type: updateType,
        outcome: delivered ? 'delivered' : 'failed',
        answer: statusCode === null ? 'none' : `${Math.floor(statusCode / 100)}xx`,
      },
      durationMs / 1_000,
    );
  }

  /** A delivery has ended, for good or until it is sent again. */
  ended({ applicationId, updateType }: LoadedDelivery, status: 'delivered' | 'cancelled' | 'expired'): void {
    this.finished.inc({ application: applicationId, update_type: updateType, status });
  }
}
