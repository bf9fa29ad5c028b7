import { Histogram } from 'prom-client';
import type { ProcessMetrics } from '../platform/metrics';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Takes note of an answered request; `route` is the pattern, never the URL. */
export type ObserveRequest = (
  labels: { readonly method: string; readonly route: string; readonly status: number },
  seconds: number,
) => void;

/** Measures answered requests. */
export function measureRequests({ registry }: ProcessMetrics): ObserveRequest {
  const durations = new Histogram({
    name: 'cpm_http_request_duration_seconds',
    help: 'Duration of answered requests',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS_S,
    registers: [registry],
  });
  return ({ method, route, status }, seconds) =>
    durations.observe({ method, route, status: String(status) }, seconds);
}
