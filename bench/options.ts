/** The arguments of `npm run bench`. */
import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/index';
import type { Scenario } from './scenarios/scenario';
import { FULL, QUICK, type Sizes } from './sizes';

export const USAGE = `npm run bench -- [--scenario NAME]… [--rounds N] [--quick] [--profile]

  --scenario NAME  one of ${SCENARIOS.map(({ name }) => name).join(', ')}; may be repeated; default: all
  --rounds N       how often each is run; the medians are shown; default 3
  --quick          smaller counts and shorter times: to see that it works, not to quote
  --profile        writes CPU profiles of the API and the worker to bench/results/profiles`;

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
  const { scenario, rounds, quick, profile } = parse(args);
  const unknown = scenario?.find((name) => !SCENARIOS.some((one) => one.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no scenario ${unknown}`);
  if (!/^[1-9]\d?$/.test(rounds)) throw new UsageError('--rounds must be a number from 1 to 99');
  return {
    scenarios: SCENARIOS.filter(({ name }) => scenario?.includes(name) ?? true),
    rounds: Number(rounds),
    sizes: quick ? QUICK : FULL,
    profile,
  };
}

function parse(args: readonly string[]): {
  scenario?: string[];
  rounds: string;
  quick: boolean;
  profile: boolean;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', multiple: true },
        rounds: { type: 'string', default: '3' },
        quick: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
