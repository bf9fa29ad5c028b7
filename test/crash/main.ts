/** `npm run test:crash [-- --rounds N --seed S]`: prints a line per round; fails when anything was lost or out of order. */
import { parseArgs } from 'node:util';
import type { RoundReport } from './audit';
import { runCrashSuite } from './suite';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});

const COLUMNS: readonly (readonly [Exclude<keyof RoundReport, 'lostOnes' | 'wrongs'>, string])[] = [
  ['round', 'round'],
  ['fault', 'fault             '],
  ['accepted', 'accepted'],
  ['delivered', 'delivered'],
  ['superseded', 'superseded'],
  ['lost', 'lost'],
  ['outOfOrder', 'out of order'],
  ['duplicates', 'duplicates'],
  ['unexplained', 'unexplained'],
  ['secondsUntilCaughtUp', 'seconds until caught up'],
];

const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, i) => String(cell).padEnd(COLUMNS[i]?.[1].length ?? 0)).join('  ');

async function main(): Promise<void> {
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  console.log(`${rounds} rounds, seed ${seed}`);
  console.log(line(COLUMNS.map(([, title]) => title)));
  const reports = await runCrashSuite({
    ...{ rounds, seed },
    onSkipped: (fault, why) => console.log(`skipped: ${fault}: ${why}`),
    onReport(report) {
      console.log(line(COLUMNS.map(([key]) => report[key])));
      report.lostOnes.forEach((one) => console.log(`  lost: ${one}`));
      report.wrongs.forEach((wrong) => console.log(`  ${wrong}`));
    },
  });
  const sum = (key: 'accepted' | 'lost' | 'outOfOrder' | 'unexplained'): number =>
    reports.reduce((total, report) => total + report[key], 0);
  const wrongs = reports.flatMap((report) => report.wrongs);
  const bad = sum('lost') + sum('outOfOrder') + sum('unexplained') + wrongs.length;
  console.log(
    `${sum('accepted')} accepted, ${sum('lost')} lost, ${sum('outOfOrder')} out of order, ${sum('unexplained')} unexplained duplicates, ` +
      `${wrongs.length} wrong states of receivers`,
  );
  process.exitCode = bad === 0 ? 0 : 1;
}

void main();
