/** What may happen: anything of its kind after any number of steps, unless it is said which and how many. */
import fc from 'fast-check';
import type { Mood } from '../world/network';
import { OPTIONS } from '../world/schema';
import { SWEEP_TASKS } from '../world/worker';
import { command, type CommandArbitrary } from './command';

const HOUR_MS = 3_600_000;

const citizen = fc.constantFrom('a', 'a', 'a', 'b');
const option = fc.constantFrom('newsletter', 'newsletter', 'calls');
const subscription = fc.constantFrom(0, 1);
const place = fc.integer({ min: 0, max: 5 });
const worker = fc.constantFrom(0, 1);
const nothing = fc.constant(null);
const permission = fc.tuple(citizen, option);

type Steps = fc.Arbitrary<number>;
type Given<T> = readonly [given: fc.Arbitrary<T>, steps: Steps];

const ago = (ms: number): Date => new Date(Date.now() - ms);

const record =
  (
    name: string,
    state: 'GRANTED' | 'DENIED',
    times: () => { obtainedAt?: Date; validUntil?: Date } = () => ({}),
  ) =>
  (...[which, steps]: Given<[string, string]> | []): CommandArbitrary =>
    command(
      name,
      which ?? permission,
      ({ callers }, [externalRef, optionId]) => callers.record(externalRef, { optionId, state, ...times() }),
      steps,
    );

export const grant = record('grant', 'GRANTED');
export const withdraw = record('withdraw', 'DENIED');
export const backdate = record('backdate', 'GRANTED', () => ({ obtainedAt: ago(HOUR_MS) }));
export const dateAhead = record('date ahead', 'GRANTED', () => ({ obtainedAt: ago(-240_000) }));
export const grantForAnHour = record('grant for an hour', 'GRANTED', () => ({ validUntil: ago(-HOUR_MS) }));

const setStatus =
  (name: string, status: 'active' | 'paused') =>
  (...[of, steps]: Given<number> | []): CommandArbitrary =>
    command(name, of ?? subscription, ({ callers }, which) => callers.setStatus(which, status), steps);

export const pause = setStatus('pause', 'paused');
export const resume = setStatus('resume', 'active');

const act = (action: 'resend' | 'cancel' | 'retry') => (steps?: Steps) =>
  command(action, place, ({ callers }, of) => callers.act(action, of), steps);

export const resend = act('resend');
export const cancel = act('cancel');
export const retry = act('retry');

export const resync = (steps?: Steps): CommandArbitrary =>
  command('resync', nothing, ({ callers }) => callers.resync(), steps);
export const receiver = (mood: Mood, steps?: Steps): CommandArbitrary =>
  command(`the receiver ${mood}`, nothing, ({ world }) => (world.network.mood = mood), steps);

export const timePasses = command('time passes', nothing, ({ world }) => world.advance());
export const validityPasses = command('an hour of validity passes', nothing, ({ world }) =>
  world.age(HOUR_MS + 1_000),
);
export const sweep = command('sweep', fc.constantFrom(...SWEEP_TASKS), (history, task) =>
  history.sweep(task),
);
export const retryAll = command('retry all', subscription, ({ callers }, of) => callers.retryAll(of));
export const probe = command('half-open probing', subscription, ({ callers }, of) => callers.probe(of));
export const filter = (...[only, steps]: Given<string | null> | []): CommandArbitrary =>
  command(
    'filter',
    fc.tuple(subscription, only ?? fc.constantFrom(null, ...OPTIONS)),
    ({ callers }, [of, option]) => callers.filter(of, option),
    steps,
  );
export const rotate = command('rotate', subscription, ({ callers }, of) => callers.rotate(of));
export const deleteCitizen = command('delete', citizen, ({ callers }, of) => callers.deleteCitizen(of));
export const createCitizen = command('create', citizen, ({ callers }, of) => callers.createCitizen(of));
export const workerDies = command('a worker dies', worker, ({ world }, of) => world.kill(of));
export const answerIsLost = command('an answer of the database is lost', worker, ({ world }, of) =>
  world.loseAnswer(of),
);
export const temporalForgets = command('Temporal forgets', nothing, ({ world }) => world.forget());
export const signalIsLost = command('a signal is lost', nothing, ({ world }) => world.loseSignal());
