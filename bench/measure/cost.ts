/** What a stretch of work costs: CPU by process, statements, synchronisations of the log. */
import { availableParallelism } from 'node:os';
import { now } from './clock';
import type { DatabaseCounter } from './database';
import { cpuSeconds, machineCpuSeconds } from './processes';

/** Process ids of what is measured, by the name that the figures carry. */
export type Watched = Readonly<Record<string, number>>;

/** What is needed to measure. */
export interface Meter {
  readonly watched: Watched;
  /** The receivers: they and this process are the load, and cost nobody. */
  readonly receivers: { readonly pid: number };
  readonly counter: DatabaseCounter;
}

/** What was used between the start and the end of a stretch. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** The part of the machine, from 0 to 1, that neither what is measured nor the load had. */
  readonly othersShare: number;
  readonly statements: number;
  readonly walSyncs: number;
}

/** Begins to measure; the function that it returns ends it. Each process counts with its descendants. */
export async function measureCost({ watched, receivers, counter }: Meter): Promise<() => Promise<Cost>> {
  const read = (): Reading => ({
    at: now(),
    parts: Object.fromEntries(Object.entries(watched).map(([name, pid]) => [name, cpuSeconds(pid)])),
    load: ownCpuSeconds() + cpuSeconds(receivers.pid),
    machine: machineCpuSeconds(),
  });
  const countsBefore = await counter.read();
  const before = read();
  return async () => {
    const after = read();
    const counts = await counter.read();
    const seconds = (after.at - before.at) / 1_000;
    const parts = Object.fromEntries(
      Object.keys(watched).map((name) => [name, (after.parts[name] ?? NaN) - (before.parts[name] ?? NaN)]),
    );
    const ours = sum(parts) + after.load - before.load;
    return {
      seconds,
      cpuSeconds: parts,
      othersShare: (after.machine - before.machine - ours) / (seconds * availableParallelism()),
      statements: counts.statements - countsBefore.statements,
      walSyncs: counts.walSyncs - countsBefore.walSyncs,
    };
  };
}

/** CPU seconds of all parts together. */
export function totalCpu({ cpuSeconds: parts }: Cost): number {
  return sum(parts);
}

interface Reading {
  readonly at: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly load: number;
  readonly machine: number;
}

/** Of this process alone, without the parts that it has started. */
function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((total, one) => total + one, 0);
}
