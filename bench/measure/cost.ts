/** What a stretch of work costs: CPU by process, statements, synchronisations of the log. */
import type { DatabaseCounter } from './database';
import { now } from './clock';
import { cpuSeconds, machineCpuSeconds } from './processes';

/** The processes to watch, by the name that the figures carry. */
export type Watched = Readonly<Record<string, number>>;

/** What was used between the start and the end of a stretch. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** Of everything on the machine: the parts, the callers, the receivers, and whatever else runs here. */
  readonly machineCpuSeconds: number;
  readonly statements: number;
  readonly walSyncs: number;
}

/** Begins to measure; the function that it returns ends it. Each process counts with its descendants. */
export async function measureCost(watched: Watched, counter: DatabaseCounter): Promise<() => Promise<Cost>> {
  const before = await counter.read();
  const cpuBefore = readCpu(watched);
  const machineBefore = machineCpuSeconds();
  const startedAt = now();
  return async () => {
    const seconds = (now() - startedAt) / 1_000;
    const cpuAfter = readCpu(watched);
    const machineAfter = machineCpuSeconds();
    const after = await counter.read();
    return {
      seconds,
      cpuSeconds: Object.fromEntries(
        Object.keys(watched).map((name) => [name, (cpuAfter[name] ?? NaN) - (cpuBefore[name] ?? NaN)]),
      ),
      machineCpuSeconds: machineAfter - machineBefore,
      statements: after.statements - before.statements,
      walSyncs: after.walSyncs - before.walSyncs,
    };
  };
}

/** CPU seconds of all parts together. */
export function totalCpu({ cpuSeconds: parts }: Cost): number {
  return Object.values(parts).reduce((sum, one) => sum + one, 0);
}

function readCpu(watched: Watched): Record<string, number> {
  return Object.fromEntries(Object.entries(watched).map(([name, pid]) => [name, cpuSeconds(pid)]));
}
