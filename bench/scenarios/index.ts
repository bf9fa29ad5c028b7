import { backlog } from './backlog';
import { fanOut } from './fan-out';
import { idle } from './idle';
import { neighbours } from './neighbours';
import { openLoop } from './open-loop';
import type { Scenario } from './scenario';
import { throughput } from './throughput';
import { withdrawal } from './withdrawal';

/** In the order that they run in: a scenario comes after the one that it needs. */
export const SCENARIOS: readonly Scenario[] = [
  ...[throughput, fanOut, idle, openLoop],
  ...[neighbours(1), neighbours(20)],
  ...[backlog, withdrawal],
];
