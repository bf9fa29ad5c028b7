/** What processes use, read from Linux's /proc. Elsewhere there is no such directory, and every figure is NaN. */
import { readdirSync, readFileSync } from 'node:fs';

/** One process as `/proc/PID/stat` shows it (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** CPU time of the process and of those of its children that have ended and were waited for, in clock ticks. */
  readonly ticks: number;
}

/** Ticks a second: USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Reads the text of a `stat` file. The command's name stands in brackets and may hold blanks and brackets itself. */
export function parseStat(text: string): ProcessStat {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  // The third field of the file is the first after the name: field n is at n - 3.
  const field = (n: number): number => Number(fields[n - 3]);
  return {
    pid: Number(text.slice(0, text.indexOf(' '))),
    parent: field(4),
    ticks: field(14) + field(15) + field(16) + field(17),
  };
}

/** The processes from `root` down: itself, its children, theirs, and so on. */
export function treeOf(all: readonly ProcessStat[], root: number): ProcessStat[] {
  const own = all.filter(({ pid }) => pid === root);
  const children = all.filter(({ parent }) => parent === root);
  return [...own, ...children.flatMap(({ pid }) => treeOf(all, pid))];
}

/**
 * CPU seconds that a process and all its descendants have used since they began. Those of a descendant that has ended
 * are in its parent's figure, so that the sum never falls.
 */
export function cpuSeconds(root: number): number {
  const tree = treeOf(readAll(), root);
  if (tree.length === 0) return NaN;
  return tree.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** Ticks that all processors were busy with, by the text of `/proc/stat` (proc_stat(5)). */
export function parseBusyTicks(text: string): number {
  const [user = NaN, nice = NaN, system = NaN, , , irq = NaN, softirq = NaN] = (
    /^cpu +(.*)$/m.exec(text)?.[1] ?? ''
  )
    .split(' ')
    .map(Number);
  return user + nice + system + irq + softirq;
}

/** CPU seconds that the machine has spent on anything since it began. */
export function machineCpuSeconds(): number {
  return parseBusyTicks(readText('/proc/stat')) / TICKS_PER_SECOND;
}

/** Memory that a process has in RAM, in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`))?.[1];
  return kib === undefined ? NaN : (Number(kib) * 1_024) / 1e6;
}

function readAll(): ProcessStat[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readText(`/proc/${pid}/stat`))
    .filter((text) => text !== '')
    .map(parseStat);
}

/** Empty where the process has ended meanwhile. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
