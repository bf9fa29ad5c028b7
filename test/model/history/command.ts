/** A command of a history. After it some steps are taken, so that the next one meets whatever is under way. */
import fc, { type AsyncCommand } from 'fast-check';
import type { History } from './history';

/** Nothing is predicted: what must hold is known without. */
export type Model = Record<string, never>;

/** Makes commands, from where it stands in a row or alone. */
export type CommandArbitrary = fc.Arbitrary<AsyncCommand<Model, History>>;

/** It happens, then so many steps are taken. */
class Command implements AsyncCommand<Model, History> {
  constructor(
    private readonly name: string,
    private readonly happen: (history: History) => unknown,
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

/** Commands one after the other. */
class Row implements AsyncCommand<Model, History> {
  constructor(private readonly commands: readonly AsyncCommand<Model, History>[]) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, history: History): Promise<void> {
    for (const each of this.commands) await each.run(model, history);
  }

  toString(): string {
    return `[${this.commands.join(', ')}]`;
  }
}

/** None, the next ones of what is under way, or most of it. */
const ANY = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 60 }));

/** A command with its arguments and its steps. */
export function command<T>(
  name: string,
  given: fc.Arbitrary<T>,
  happen: (history: History, given: T) => unknown,
  steps = ANY,
): CommandArbitrary {
  return fc
    .tuple(given, steps)
    .map(
      ([value, count]) =>
        new Command(`${name}(${JSON.stringify(value)})`, (history) => happen(history, value), count),
    );
}

/** All of the commands in this order, or all but one. */
export function inARow(...commands: readonly CommandArbitrary[]): CommandArbitrary {
  return fc
    .tuple(fc.tuple(...commands), fc.nat({ max: 2 * commands.length }))
    .map(([made, leftOut]) => new Row(made.filter((_, place) => place !== leftOut)));
}
