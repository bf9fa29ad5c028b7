import type { Scenario } from './scenario';
import { throughput } from './throughput';

/** In the order they run in: the first is what others are measured against. */
export const SCENARIOS: readonly Scenario[] = [throughput];
