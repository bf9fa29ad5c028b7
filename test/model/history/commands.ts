/** What can happen in a history. After each command some steps are taken, so that the next one meets whatever is under way. */
import fc, { type AsyncCommand } from 'fast-check';
import type { Mood } from '../world/network';
import type { History } from './history';

/** Nothing is predicted: what must hold is known without. */
export type Model = Record<string, never>;
type Happening = (history: History) => unknown;

/** Makes a command: it happens, then so many steps are taken. */
class Command implements AsyncCommand<Model, History> {
  constructor(
    private readonly name: string,
    private readonly happen: Happening,
    private readonly steps: number,
  ) {}

  check(): boolean {
    return true;
  }

  async run(_: Model, history: History): Promise<void> {
    await this.happen(history);
    await history.go(this.steps);
  }

  toString(): string {
    return `${this.name} +${this.steps}`;
  }
}

const HOUR_MS = 3_600_000;

const steps = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 60 }));
const citizen = fc.constantFrom('a', 'a', 'a', 'b');
const option = fc.constantFrom('newsletter', 'newsletter', 'calls');
const subscription = fc.constantFrom(0, 1);
const worker = fc.constantFrom(0, 1);
const place = fc.integer({ min: 0, max: 5 });

/** A command with its arguments and its steps. */
function command<T>(
  name: string,
  given: fc.Arbitrary<T>,
  happen: (history: History, given: T) => unknown,
): fc.Arbitrary<Command> {
  return fc
    .tuple(given, steps)
    .map(
      ([value, count]) =>
        new Command(`${name}(${JSON.stringify(value)})`, (history) => happen(history, value), count),
    );
}

const nothing = fc.constant(null);
const ago = (ms: number): Date => new Date(Date.now() - ms);

const record = (
  name: string,
  state: 'GRANTED' | 'DENIED',
  times: () => { obtainedAt?: Date; validUntil?: Date } = () => ({}),
) =>
  command(name, fc.tuple(citizen, option), ({ callers }, [externalRef, optionId]) =>
    callers.record(externalRef, { optionId, state, ...times() }),
  );

const grant = record('grant', 'GRANTED');
const withdraw = record('withdraw', 'DENIED');
const setStatus = (status: 'active' | 'paused') =>
  command(status === 'active' ? 'resume' : 'pause', subscription, ({ callers }, of) =>
    callers.setStatus(of, status),
  );
const act = (action: 'resend' | 'cancel' | 'retry') =>
  command(action, place, ({ callers }, of) => callers.act(action, of));
const pass = command('time passes', nothing, ({ world }) => world.advance());
const mood = (to: Mood) => command(`the receiver ${to}`, nothing, ({ world }) => (world.network.mood = to));

const OFTEN = [grant, withdraw, setStatus('paused'), setStatus('active'), act('resend'), pass, mood('takes')];

const resync = command('resync', nothing, ({ callers }) => callers.resync());

export const COMMANDS: fc.Arbitrary<AsyncCommand<Model, History>>[] = [
  ...OFTEN,
  ...OFTEN,
  ...[resync, resync],
  record('backdate', 'GRANTED', () => ({ obtainedAt: ago(HOUR_MS) })),
  record('date ahead', 'GRANTED', () => ({ obtainedAt: ago(-240_000) })),
  record('grant for an hour', 'GRANTED', () => ({ validUntil: ago(-HOUR_MS) })),
  command('an hour of validity passes', nothing, async ({ world }) => world.age(HOUR_MS + 1_000)),
  command(
    'sweep',
    fc.constantFrom('bulk signals', 'transitions', 'reconciliation', 'progress'),
    (history, task) => history.sweep(task),
  ),
  act('cancel'),
  act('retry'),
  command('retry all', subscription, ({ callers }, of) => callers.retryAll(of)),
  command('rotate', subscription, ({ callers }, of) => callers.rotate(of)),
  command('delete', citizen, ({ callers }, of) => callers.deleteCitizen(of)),
  command('create', citizen, ({ callers }, of) => callers.createCitizen(of)),
  ...[mood('takes slowly'), mood('takes slowly'), mood('takes slowly')],
  mood('fails'),
  ...[mood('takes and fails'), mood('takes and fails')],
  command('a worker dies', worker, ({ world }, of) => world.kill(of)),
  command('Temporal forgets', nothing, ({ world }) => world.server.forget()),
  command('a signal is lost', nothing, ({ world }) => world.server.loseSignal()),
];
