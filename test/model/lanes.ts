/** Histories in this process, in several lanes: each has a database of its own, and waits for its answers beside the others. */
import { withMachines } from './machine';
import { checkHistories, type Found } from './property';
import type { Machine } from './world/world';

/** Which histories are made. */
export interface Wanted {
  readonly runs: number;
  /** No history begins later. */
  readonly seconds: number;
  readonly lanes: number;
  /** Where the databases of the lanes are made. */
  readonly server: string;
  /** In turn, and then those after them: each lane has one of its own. */
  readonly seeds: readonly [number, ...number[]];
  readonly mostCommands: number;
  readonly shrinks: boolean;
  /** Leads to one history of the seed's, and to those of its commands that are in it. */
  readonly path?: string | undefined;
  readonly replay?: string | undefined;
  /** Whether all steps are told. */
  readonly trace: boolean;
}

/** What came of them. */
export interface Report {
  readonly histories: number;
  readonly steps: number;
  /** Of these, histories that seemed wrong on a machine too busy for them. */
  readonly unjudged: number;
  /** Of each lane that has found one: the shortest history that is wrong, and how to have it again. */
  readonly wrongs: readonly string[];
}

/** @param stopped whether no more are wanted */
export async function checkInLanes(wanted: Wanted, stopped: () => boolean = () => false): Promise<Report> {
  const { path, replay, runs, seeds, shrinks, mostCommands } = wanted;
  // A path leads to one history.
  const lanes = path === undefined ? Math.min(wanted.lanes, runs) : 1;
  const endsAt = performance.now() + wanted.seconds * 1_000;
  let [histories, steps, unjudged] = [0, 0, 0];
  let failed = false;
  const check = (machine: Machine, lane: number): Promise<Found> =>
    checkHistories(machine, {
      ...{ path, replay, mostCommands, shrinks },
      seed: (seeds[lane % seeds.length] ?? seeds[0]) + Math.floor(lane / seeds.length),
      runs: path === undefined ? Math.ceil(runs / lanes) : 1,
      enough: () => failed || stopped() || performance.now() > endsAt,
      heard(taken, wrong) {
        histories += 1;
        steps += taken.length;
        if (wanted.trace) console.log(`${taken.join('\n')}\n`);
        if (wrong === undefined || failed) return;
        failed = true;
        if (shrinks) console.error(`${messageOf(wrong)}; looking for the shortest like it`);
      },
      tooSlow() {
        unjudged += 1;
      },
    });
  const found = await withMachines(wanted.server, lanes, (machines) => Promise.all(machines.map(check)));
  return { histories, steps, unjudged, wrongs: found.flatMap((one) => (one.failed ? [tell(one)] : [])) };
}

function tell({ counterexample, counterexamplePath, errorInstance, seed }: Found): string {
  const commands = (counterexample?.[0] as { toString(): string }).toString();
  const [, replay = ''] = /replayPath="(.*)"/.exec(commands) ?? [];
  return `${commands.replace(/ *\/\*.*\*\//, '')}
${messageOf(errorInstance)}
again: npm run test:model -- --trace --seed ${seed} --path ${counterexamplePath ?? ''} --replay ${replay}`;
}

function messageOf(wrong: unknown): string {
  return wrong instanceof Error ? wrong.message : typeof wrong;
}
