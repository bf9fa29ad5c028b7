import { formatProfile, summarise, type CpuProfile } from '../../../bench/profile';

const frames: readonly (readonly [string, string])[] = [
  ['(idle)', ''],
  ['(program)', ''],
  ['(garbage collector)', ''],
  ['writev', 'node:internal/stream'],
  ['query', 'file:///x/node_modules/pg/lib/client.js'],
  ['', 'file:///x/node_modules/@prisma/client/runtime/client.js'],
  ['record', 'file:///x/dist/src/consent/record.js'],
];
const profile = (samples: readonly number[], timeDeltas: readonly number[]): CpuProfile => ({
  nodes: frames.map(([functionName, url], id) => ({ id, callFrame: { functionName, url } })),
  samples,
  timeDeltas,
});

describe('a profile', () => {
  it('is summed up by package, folder and what Node does, without the time spent idle', () => {
    const summary = summarise(profile([0, 1, 2, 3, 4, 5, 6, 6], [9e6, 5e5, 1e5, 2e5, 4e5, 3e5, 2e5, 3e5]));
    expect(summary.busySeconds).toBe(2);
    expect(Object.fromEntries(summary.groups)).toEqual({
      'native code': 0.25,
      'garbage collection': 0.05,
      Node: 0.1,
      pg: 0.2,
      '@prisma/client': 0.15,
      'src/consent': 0.25,
    });
  });

  it('names the functions that take most first', () => {
    const { functions } = summarise(profile([4, 6, 5], [1e6, 2e6, 1e6]));
    expect(functions[0]).toEqual(['record (src/consent)', 0.5]);
    expect(functions.map(([name]) => name)).toContain('(anonymous) (@prisma/client)');
  });

  it('is shown as shares of its busy time', () => {
    const text = formatProfile('API', summarise(profile([4, 6], [1e6, 3e6])));
    expect(text).toContain('API: busy for 4.0 s');
    expect(text).toContain('75.0 %  src/consent');
  });
});
