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
import { withServer } from './machine';
import { MUTATIONS } from './mutations';
import { checkInProcesses } from './processes';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    commands: { type: 'string', default: '16' },
    seed: { type: 'string', multiple: true, default: [String(Date.now() % 1e6)] },
    processes: { type: 'string' },
    lanes: { type: 'string', default: '3' },
    path: { type: 'string' },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
    /** Of another that has started this one, and is to have its report. */
    server: { type: 'string' },
    mutation: { type: 'string' },
    mutations: { type: 'boolean', default: false },
  },
});

/** A mutation has to be found within so many seconds. */
const FOUND_WITHIN_S = 60;
const MOST_HISTORIES = 1e6;

const [seed = NaN, ...furtherSeeds] = values.seed.map(Number);

async function main(): Promise<number> {
  if (values.server === undefined)
    return withServer((server) => (values.mutations ? findMutations(server) : checkAll(server)));
  process.send?.(await checkHere(values.server));
  return 0;
}

async function checkAll(server: string): Promise<number> {
  const began = performance.now();
  const several = values.path === undefined && processes() > 1;
  const report = several
    ? await checkInProcesses(
        processes(),
        { runs: Number(values.runs), seed: Number(values.seed) },
        (runs, ofPart) => argsOfPart({ server, runs, seed: ofPart }),
      )
    : await checkHere(server);
  const seconds = (performance.now() - began) / 1_000;
  const { histories, steps, unjudged, wrongs } = report;
  const rate = `${(histories / seconds).toFixed(1)} a second, ${Math.round(steps / Math.max(1, histories))} steps each`;
  console.log(
    `${histories} histories in ${seconds.toFixed(1)} s (${rate}), seed ${values.seed.join(' and ')}`,
  );
  if (unjudged > 0) console.log(`${unjudged} of them not judged: the machine was too busy`);
  for (const wrong of wrongs) console.log(wrong);
  return wrongs.length === 0 ? 0 : 1;
}

/** In this process. It ends in order when what has started it wants no more, or is gone. */
function checkHere(server: string): Promise<Report> {
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  if (values.server !== undefined) process.on('message', stop).on('disconnect', stop);
  const { path, replay, trace } = values;
  return checkInLanes(
    {
      ...{ server, path, replay, trace, shrinks: values.mutation === undefined },
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
  ofPart: { readonly server: string; readonly runs: number; readonly seed: number },
  mutation?: string,
): string[] {
  const { lanes, commands } = values;
  const seconds = values.seconds ?? (mutation === undefined ? undefined : `${FOUND_WITHIN_S}`);
  return optionsOf({ ...ofPart, mutation, lanes, commands, seconds });
}

function optionsOf(given: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, `${value}`],
  );
}

/** Puts one rule after the other out of force, and tells how soon that is found. */
async function findMutations(server: string): Promise<number> {
  let missed = 0;
  for (const { name, shows } of MUTATIONS) {
    const began = performance.now();
    const { histories, wrongs } = await checkInProcesses(
      processes(),
      { runs: MOST_HISTORIES, seed },
      (runs, ofPart) => argsOfPart({ server, runs, seed: ofPart }, name),
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
