/** Rate and cost of things done. */
import { arrivedAt, type Application } from '../load/application';
import { totalCpu, type Cost } from '../measure/cost';
import { percentile } from '../measure/numbers';
import type { Figures } from './scenario';

/** Callers at once wherever as much is asked for as the service can do. */
export const CALLERS = 32;

/** What a stretch of work did: things done, and what they cost. */
export interface Work {
  readonly count: number;
  readonly cost: Cost;
}

/** Deliveries count as done when this share of them has: one that is late says nothing of the rate, but shows in the longest wait. */
export const MOST = 0.99;

/** Things done a second. */
export function rateOf({ count, cost }: Work): number {
  return count / cost.seconds;
}

/** CPU seconds of all parts for a thousand things. */
export function cpuPerThousand(work: Work): number {
  return perThousand(work, totalCpu);
}

/** The rate at which most of an application's deliveries have arrived, from a moment on. */
export function deliveryRate({ promised }: Application, startedAt: number): number {
  const arrivals = promised.map((one) => arrivedAt(one) ?? Infinity);
  return (promised.length * MOST) / ((percentile(arrivals, MOST) - startedAt) / 1_000);
}

/** CPU seconds for a thousand things, in all and by part; `what` stands before each figure's name. */
export function cpuFigures(what: string, work: Work): Figures {
  const title = `${what}CPU s per 1,000`;
  const parts = Object.keys(work.cost.cpuSeconds).map((part) => [
    `${title}, ${part}`,
    perThousand(work, ({ cpuSeconds }) => cpuSeconds[part] ?? NaN),
  ]);
  return {
    [title]: cpuPerThousand(work),
    ...(Object.fromEntries(parts) as Figures),
    [`${what}other programs' share of the machine`]: work.cost.othersShare,
  };
}

/** What a delivery costs, by part and in the database. */
export function costFigures(what: string, work: Work): Figures {
  return {
    ...cpuFigures(what, work),
    [`${what}statements per delivery`]: work.cost.statements / work.count,
    [`${what}WAL syncs per delivery`]: work.cost.walSyncs / work.count,
  };
}

function perThousand({ count, cost }: Work, of: (cost: Cost) => number): number {
  return (of(cost) / count) * 1_000;
}
