/**
 * Histories over the real database.
 *
 *   npm run test:model -- [--runs N] [--seconds S] [--commands N] [--seed S]… [--processes P] [--lanes L]
 *   npm run test:model -- --trace --seed S --path P --replay R      one history again
 *   npm run test:model -- --mutations [--seconds S]                 each must be found by then
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { checkInLanes, type Report } from './lanes';
import { MUTATIONS } from './mutations';
import { checkInProcesses } from './processes';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    commands: { type: 'string', default: '16' },
    seed: { type: 'string', multiple: true, default: [String(Date.now() % 1e6)] },
    processes: { type: 'string' },
    lanes: { type: 'string', default: '6' },
    path: { type: 'string' },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
    /** Started by another: it reports to that one. */
    part: { type: 'boolean', default: false },
    mutation: { type: 'string' },
    mutations: { type: 'boolean', default: false },
  },
});

/** A mutation has to be found within so many seconds. */
const FOUND_WITHIN_S = 60;
const MOST_HISTORIES = 1e6;

const [seed = NaN, ...furtherSeeds] = values.seed.map(Number);

async function main(): Promise<number> {
  if (values.mutations) return findMutations();
  if (values.part) {
    process.send?.(await checkHere());
    return 0;
  }
  const began = performance.now();
  const several = values.path === undefined && processes() > 1;
  const report = several
    ? await checkInProcesses(
        processes(),
        { runs: Number(values.runs), seed: Number(values.seed) },
        argsOfPart,
      )
    : await checkHere();
  const seconds = (performance.now() - began) / 1_000;
  const { histories, steps, wrongs } = report;
  const rate = `${(histories / seconds).toFixed(1)} a second, ${Math.round(steps / Math.max(1, histories))} steps each`;
  console.log(
    `${histories} histories in ${seconds.toFixed(1)} s (${rate}), seed ${values.seed.join(' and ')}`,
  );
  for (const wrong of wrongs) console.log(wrong);
  return wrongs.length === 0 ? 0 : 1;
}

/** In this process. It ends in order when what has started it wants no more, or is gone. */
function checkHere(): Promise<Report> {
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  if (values.part) process.on('message', stop).on('disconnect', stop);
  const { path, replay, trace } = values;
  return checkInLanes(
    {
      ...{ path, replay, trace, shrinks: values.mutation === undefined },
      runs: Number(values.runs),
      seconds: Number(values.seconds ?? Infinity),
      lanes: Number(values.lanes),
      seeds: [seed, ...furtherSeeds],
      mostCommands: Number(values.commands),
    },
    () => stopped,
  );
}

/** How many make histories at once. */
function processes(): number {
  return Number(values.processes ?? availableParallelism());
}

function argsOfPart(
  runs: number,
  ofPart: number,
  { mutation }: { readonly mutation?: string } = {},
): string[] {
  const { lanes, commands } = values;
  const seconds = values.seconds ?? (mutation === undefined ? undefined : `${FOUND_WITHIN_S}`);
  return ['--part', ...optionsOf({ mutation, runs, seed: ofPart, lanes, commands, seconds })];
}

function optionsOf(given: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, `${value}`],
  );
}

/** Puts one rule after the other out of force, and tells how soon that is found. */
async function findMutations(): Promise<number> {
  let missed = 0;
  for (const { name, shows } of MUTATIONS) {
    const began = performance.now();
    const { histories, wrongs } = await checkInProcesses(
      processes(),
      { runs: MOST_HISTORIES, seed },
      (runs, ofPart) => argsOfPart(runs, ofPart, { mutation: name }),
    );
    // Each part ends with what it has found when it hears of one.
    const wrong = wrongs.find((one) => shows.test(one)) ?? wrongs[0];
    const took = ((performance.now() - began) / 1_000).toFixed(1);
    const [, message = '', again = ''] = wrong?.split('\n') ?? [];
    const found = /--seed (\d+)/.exec(again)?.[1] ?? seed;
    const isFound = shows.test(message);
    if (!isFound) missed += 1;
    console.log(
      `${isFound ? 'found' : 'NOT FOUND'}: ${name}\n  ${message} (${histories} histories, ${took} s, seed ${found})`,
    );
  }
  return missed === 0 ? 0 : 1;
}

// What dead workers wait for would keep the process.
void main().then((code) => process.exit(code));
