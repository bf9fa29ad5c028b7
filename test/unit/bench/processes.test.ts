import { cpuSeconds, parseBusyTicks, parseStat, residentMb, treeOf } from '../../../bench/measure/processes';

describe('the line of a process', () => {
  const line = (name: string) =>
    `4711 (${name}) S 17 4711 4711 0 -1 4194560 100 200 0 0 250 50 30 20 20 0 11 0 5000 1000 200\n`;

  it.each(['node', 'postgres: cpm', 'a) R 1 (b', ''])('is read where the command is called %j', (name) => {
    expect(parseStat(line(name))).toEqual({ pid: 4711, parent: 17, ticks: 250 + 50 + 30 + 20 });
  });
});

describe('the processes from one down', () => {
  const process = (pid: number, parent: number) => ({ pid, parent, ticks: 1 });
  const all = [process(1, 0), process(2, 1), process(3, 2), process(4, 3), process(5, 1)];

  it('are itself, its children and theirs, and nobody else', () => {
    expect(treeOf(all, 2).map(({ pid }) => pid)).toEqual([2, 3, 4]);
  });

  it('are none where it has ended', () => {
    expect(treeOf(all, 99)).toEqual([]);
  });
});

describe('the busy time of the machine', () => {
  it('leaves out idling, waiting for disks, and what was stolen', () => {
    const text = 'cpu  100 20 30 9000 800 5 7 600 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n';
    expect(parseBusyTicks(text)).toBe(100 + 20 + 30 + 5 + 7);
  });

  it('is no number where the machine does not tell', () => {
    expect(parseBusyTicks('')).toBeNaN();
  });
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('this process', () => {
  it('has used the CPU time that Node says, and what its ended children have', () => {
    const { user, system } = process.cpuUsage();
    const tick = 0.01;
    expect(cpuSeconds(process.pid)).toBeGreaterThan((user + system) / 1e6 - 2 * tick);
  });

  it('has about the memory that Node says', () => {
    expect(residentMb(process.pid) / (process.memoryUsage.rss() / 1e6)).toBeCloseTo(1, 0);
  });
});

describe('a process that has ended', () => {
  it('has figures that are no numbers', () => {
    expect(cpuSeconds(-1)).toBeNaN();
    expect(residentMb(-1)).toBeNaN();
  });
});
