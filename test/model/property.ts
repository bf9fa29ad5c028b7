/** The property that every history has to have. */
import fc, { type AsyncCommand, type RunDetails, type Scheduler } from 'fast-check';
import type { CommandArbitrary, Model } from './history/command';
import { COMMANDS } from './history/commands';
import { ROWS } from './history/rows';
import { History } from './history/history';
import { World, type Machine } from './world/world';

export interface Options {
  readonly seed: number;
  /** Leads to one history of the seed's. */
  readonly path: string | undefined;
  /** Which of its commands are in it. */
  readonly replay: string | undefined;
  readonly runs: number;
  /** Of one history. */
  readonly mostCommands: number;
  /** Whether the shortest like a wrong one is looked for. */
  readonly shrinks: boolean;
  /** Whether no more are wanted: the time is over, or another lane has found a wrong one. */
  readonly enough: () => boolean;
  /** Hears of each history, with what is wrong with it. */
  readonly heard: (trace: readonly string[], wrong: unknown) => void;
  /** Hears of a history whose end is not judged, since the machine was too busy for it. */
  readonly tooSlow: () => void;
}

/** What fast-check tells of a run. */
export type Found = RunDetails<[commands: Iterable<AsyncCommand<Model, History>>, scheduler: Scheduler]>;
type Commands = fc.Arbitrary<Iterable<AsyncCommand<Model, History>>>;

/** For the search of the shortest history that is wrong. Milliseconds. */
const SHRINKING_MS = 60_000;

/** Every other history has no more commands: what a row of them brings about is told soonest where little else happens. */
const FEW = 2;

/** Makes histories until one is wrong, and then looks for the shortest like it. */
export async function checkHistories(
  machine: Machine,
  { seed, path, replay, runs, mostCommands, shrinks, enough, heard, tooSlow }: Options,
): Promise<Found> {
  let wrongSince: number | undefined;
  const isOver = (): boolean =>
    wrongSince === undefined ? enough() : performance.now() - wrongSince > SHRINKING_MS;
  const histories = (of: readonly CommandArbitrary[], maxCommands: number): Commands =>
    fc.commands<Model, History, false>([...of], {
      ...{ maxCommands, size: 'max' },
      ...(replay === undefined ? {} : { replayPath: replay }),
    });
  const property = fc.asyncProperty(
    fc.oneof(
      histories([fc.oneof(...COMMANDS), fc.oneof(...ROWS)], Math.min(FEW, mostCommands)),
      histories(COMMANDS, mostCommands),
    ),
    fc.scheduler(),
    async (commands, scheduler) => {
      if (isOver()) return;
      const world = await World.create(machine, scheduler);
      const history = new History(world);
      let wrong: unknown;
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: history }), commands);
        await history.finish();
      } catch (error) {
        if (world.clock.isSlow) return tooSlow();
        wrong = error;
        wrongSince ??= performance.now();
        throw error;
      } finally {
        await world.end();
        heard(world.steps.trace, wrong);
      }
    },
  );
  return fc.check(property, {
    ...{ seed, numRuns: runs, includeErrorInReport: true, endOnFailure: !shrinks },
    ...(path === undefined ? {} : { path }),
  });
}
