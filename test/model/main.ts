/** `npm run test:model [-- --runs N --seconds S --lanes L --seed S --path P --replay R --trace]`: histories over the real database. */
import { parseArgs } from 'node:util';
import { withMachines } from './machine';
import { checkHistories, type Found } from './property';
import type { Machine } from './world/world';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    lanes: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    path: { type: 'string' },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

/** A history is told by its number so often. */
const TOLD_EVERY = 100;

async function main(): Promise<number> {
  const { path, trace } = values;
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  // A path leads to one history.
  const lanes = path === undefined ? Math.min(Number(values.lanes), runs) : 1;
  const began = performance.now();
  let made = 0;
  let steps = 0;
  let failed = false;
  const endsAt = values.seconds === undefined ? Infinity : began + Number(values.seconds) * 1_000;
  const check = (machine: Machine, lane: number): Promise<Found> =>
    checkHistories(machine, {
      ...{
        path,
        replay: values.replay,
        seed: seed + lane,
        runs: path === undefined ? Math.ceil(runs / lanes) : 1,
      },
      enough: () => failed || performance.now() > endsAt,
      heard(taken, wrong) {
        steps += taken.length;
        if ((made += 1) % TOLD_EVERY === 0) console.error(`${made} histories`);
        if (trace) console.log(`${taken.join('\n')}\n`);
        if (wrong !== undefined && !failed) {
          failed = true;
          console.error(
            `wrong after ${made} histories: ${wrong instanceof Error ? wrong.message : typeof wrong}; looking for the shortest like it`,
          );
        }
      },
    });
  const found = await withMachines(lanes, (machines) => Promise.all(machines.map(check)));
  const seconds = (performance.now() - began) / 1000;
  const rate = `${(made / seconds).toFixed(1)} a second, ${Math.round(steps / Math.max(1, made))} steps each`;
  console.log(`${made} histories in ${seconds.toFixed(1)} s (${rate}), seed ${seed}`);
  for (const { failed: isWrong, counterexample, counterexamplePath, errorInstance, seed: own } of found) {
    if (!isWrong) continue;
    const commands = (counterexample?.[0] as { toString(): string }).toString();
    const [, replay = ''] = /replayPath="(.*)"/.exec(commands) ?? [];
    console.log(`${commands.replace(/ *\/\*.*\*\//, '')}\n${(errorInstance as Error).message}`);
    console.log(
      `again: npm run test:model -- --trace --seed ${own} --path ${counterexamplePath ?? ''} --replay ${replay}`,
    );
  }
  return failed ? 1 : 0;
}

// What dead workers wait for would keep the process.
void main().then((code) => process.exit(code));
