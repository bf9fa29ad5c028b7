import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const STARTS = 6;

let dataDir: string;
let holders: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-data-dir-'));
  holders = [];
});

afterEach(async () => {
  await Promise.all(holders.map(kill));
  rmSync(dataDir, { recursive: true });
});

async function load(): Promise<ChildProcess> {
  const holder = fork(path.join(__dirname, '../../harness/data-dir-holder.mjs'));
  holders.push(holder);
  await once(holder, 'message');
  return holder;
}

async function tryToTake(holder: ChildProcess): Promise<unknown> {
  const answer = once(holder, 'message');
  holder.send(dataDir);
  const [result] = (await answer) as [unknown];
  return result;
}

async function kill(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const exited = once(holder, 'exit');
  holder.kill('SIGKILL');
  await exited;
}

describe('several starts at once on one data directory', () => {
  it('let exactly one in where a power failure cut the lock short', async () => {
    writeFileSync(path.join(dataDir, 'lock'), '{"id":');
    const starts = await Promise.all(Array.from({ length: STARTS }, load));
    const results = await Promise.all(starts.map(tryToTake));
    expect(results.filter((result) => result === 'held')).toHaveLength(1);
  });

  it('let exactly one in, when it is free and after its holder was killed', async () => {
    for (let round = 0; round < 3; round += 1) {
      const starts = await Promise.all(Array.from({ length: STARTS }, load));
      const results = await Promise.all(starts.map(tryToTake));
      expect(results.filter((result) => result === 'held')).toHaveLength(1);
      expect(results.filter((result) => result === 'EmbeddedStackError')).toHaveLength(STARTS - 1);
      expect(readdirSync(dataDir)).toEqual(['lock']);
      await Promise.all(starts.map(kill));
    }
  });
});
