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

  it('lets as many deliveries wait as asked for', () => {
    expect(readOptions(['--queue', '2500']).sizes).toEqual({ ...FULL, queue: 2_500 });
    expect(readOptions(['--quick', '--queue', '2500']).sizes).toEqual({ ...QUICK, queue: 2_500 });
  });

  it('runs what a scenario is compared with, too', () => {
    const { scenarios } = readOptions(['--scenario', 'open-loop']);
    expect(scenarios.map(({ name }) => name)).toEqual(['throughput', 'open-loop']);
  });

  it.each([
    [['--scenario', 'x']],
    [['--rounds', '0']],
    [['--rounds', 'many']],
    [['--queue', '5']],
    [['--fast']],
    [['extra']],
  ])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
