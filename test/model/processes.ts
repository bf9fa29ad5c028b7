/** Histories in several processes, since one uses no more than one core. */
import { fork, type ChildProcess } from 'node:child_process';
import type { Report } from './lanes';

/** Apart from each other, so that no two lanes have the same seed. */
const SEEDS_OF_ONE = 1_000;

/** Forks this program with other arguments, and answers with its report; undefined when it has ended without one. */
export function reportOf(
  args: readonly string[],
  started?: (child: ChildProcess) => void,
): Promise<Report | undefined> {
  const child = fork(process.argv[1] as string, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  started?.(child);
  return new Promise((resolve, reject) => {
    let report: Report | undefined;
    child.on('message', (message) => (report = message as Report));
    child.once('error', reject);
    child.once('exit', () => resolve(report));
  });
}

/** @param argsOf of one of the processes: its share of the histories, and its seed */
export async function checkInProcesses(
  count: number,
  { runs, seed }: { readonly runs: number; readonly seed: number },
  argsOf: (share: number, seed: number) => readonly string[],
): Promise<Report> {
  const children: ChildProcess[] = [];
  const shares = Array.from({ length: count }, (_, index) =>
    reportOf(argsOf(Math.ceil(runs / count), seed + index * SEEDS_OF_ONE), (child) =>
      children.push(child),
    ).then((report) => {
      // One that is wrong is enough.
      if (!report || report.wrongs.length > 0)
        for (const child of children) if (child.connected) child.send('enough');
      return (
        report ?? { histories: 0, steps: 0, unjudged: 0, wrongs: ['a process has ended without a report'] }
      );
    }),
  );
  const reports = await Promise.all(shares);
  return {
    histories: sum(reports.map(({ histories }) => histories)),
    steps: sum(reports.map(({ steps }) => steps)),
    unjudged: sum(reports.map(({ unjudged }) => unjudged)),
    wrongs: reports.flatMap(({ wrongs }) => wrongs),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
