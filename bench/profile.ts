/** What CPU profiles say, in a few lines: own time by package, and the functions that take most of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The parts of a `.cpuprofile` (Chrome DevTools protocol, `Profiler.Profile`) that are used. Times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A name and its share of the time in which the thread was not idle, from 0 to 1. */
export type Share = readonly [name: string, share: number];

export interface ProfileSummary {
  readonly busySeconds: number;
  readonly groups: readonly Share[];
  readonly functions: readonly Share[];
}

/** Sums up where a thread was, by the function on top of its stack. */
export function summarise({ nodes, samples, timeDeltas }: CpuProfile): ProfileSummary {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const groups = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  for (const [n, id] of samples.entries()) {
    const frame = byId.get(id);
    if (!frame || frame.functionName === '(idle)') continue;
    const time = timeDeltas[n] ?? 0;
    const group = groupOf(frame);
    const name = `${frame.functionName || '(anonymous)'} (${group})`;
    busy += time;
    groups.set(group, (groups.get(group) ?? 0) + time);
    functions.set(name, (functions.get(name) ?? 0) + time);
  }
  const shares = (times: ReadonlyMap<string, number>): Share[] =>
    [...times].map(([name, time]): Share => [name, time / busy]).sort(([, a], [, b]) => b - a);
  return { busySeconds: busy / 1e6, groups: shares(groups), functions: shares(functions) };
}

/** The package, the folder of this project, or what Node does itself. */
function groupOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (inPackage !== undefined) return inPackage;
  const ours = /\/dist\/((?:src\/)?[^/]+)/.exec(url)?.[1];
  if (ours !== undefined) return ours;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native code';
  return 'Node';
}

/** Profiles that a process has written into a directory, the one with most to do first: one for each of its threads. */
export function readProfiles(directory: string): ProfileSummary[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')) as CpuProfile)
    .map(summarise)
    .sort((a, b) => b.busySeconds - a.busySeconds);
}

const GROUPS = 12;
const FUNCTIONS = 15;

/** The lines of one thread. */
export function formatProfile(title: string, { busySeconds, groups, functions }: ProfileSummary): string {
  const lines = (shares: readonly Share[], most: number): string[] =>
    shares.slice(0, most).map(([name, share]) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`);
  return [
    `${title}: busy for ${busySeconds.toFixed(1)} s`,
    ...lines(groups, GROUPS),
    '  of which the functions',
    ...lines(functions, FUNCTIONS),
  ].join('\n');
}
