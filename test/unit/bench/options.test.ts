import { readOptions, UsageError } from '../../../bench/options';
import { SCENARIOS } from '../../../bench/scenarios/index';
import { FULL, QUICK } from '../../../bench/sizes';

describe('the benchmark', () => {
  it('runs every scenario three times in full where nothing is said', () => {
    expect(readOptions([])).toEqual({ scenarios: SCENARIOS, rounds: 3, sizes: FULL, profile: false });
  });

  it('runs what is asked for', () => {
    const options = readOptions(['--scenario', 'throughput', '--rounds', '5', '--quick', '--profile']);
    expect(options.scenarios.map(({ name }) => name)).toEqual(['throughput']);
    expect(options).toMatchObject({ rounds: 5, sizes: QUICK, profile: true });
  });

  it.each([[['--scenario', 'x']], [['--rounds', '0']], [['--rounds', 'many']], [['--fast']], [['extra']]])(
    'refuses %j',
    (args) => {
      expect(() => readOptions(args)).toThrow(UsageError);
    },
  );
});
