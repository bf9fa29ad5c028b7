/** The arguments of `npm run bench`. */
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/index';
import type { Scenario } from './scenarios/scenario';
import { FULL, QUICK, type Sizes } from './sizes';

export const USAGE = `npm run bench -- [--scenario NAME]… [--rounds N] [--queue N] [--quick] [--profile]

  --scenario NAME  one of ${SCENARIOS.map(({ name }) => name).join(', ')};
                   may be repeated; default: all; the one that it is compared with runs too
  --rounds N       how often each is run; the medians are shown; default 3
  --queue N        deliveries that wait in the scenarios backlog and withdrawal; default ${FULL.queue}
  --quick          smaller counts and shorter times: to see that it works, not to quote
  --profile        shows what the API and the worker spend their time on; the profiles are in bench/results/profiles`;

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly rounds: number;
  readonly sizes: Sizes;
  readonly profile: boolean;
}

/** An argument has a wrong form. */
export class UsageError extends Error {}

/** @throws UsageError with a line that says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { scenario, rounds, queue, quick, profile } = parse(args);
  const unknown = scenario?.find((name) => !SCENARIOS.some((one) => one.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no scenario ${unknown}`);
  if (!/^[1-9]\d?$/.test(rounds)) throw new UsageError('--rounds must be a number from 1 to 99');
  if (queue !== undefined && !/^[1-9]\d{2,5}$/.test(queue)) {
    throw new UsageError('--queue must be a number from 100 to 999999');
  }
  const sizes = quick ? QUICK : FULL;
  return {
    scenarios: SCENARIOS.filter(({ name }) => scenario === undefined || withNeeds(scenario).includes(name)),
    rounds: Number(rounds),
    sizes: queue === undefined ? sizes : { ...sizes, queue: Number(queue) },
    profile,
  };
}

function withNeeds(names: readonly string[]): string[] {
  const needed = SCENARIOS.flatMap(({ name, needs }) => (needs && names.includes(name) ? [needs] : []));
  return [...names, ...needed];
}

function parse(args: readonly string[]): {
  scenario?: string[];
  rounds: string;
  queue?: string;
  quick: boolean;
  profile: boolean;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', multiple: true },
        rounds: { type: 'string', default: '3' },
        queue: { type: 'string' },
        quick: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
