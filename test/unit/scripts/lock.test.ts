/** The lock that keeps two tasks from installing or building at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';

const HOLDER = path.join(projectRoot, 'test', 'harness', 'lock-holder.mjs');
const PROCESSES = 24;

let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'cpm-lock-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function start(): ChildProcess {
  const [lock, notes] = ['lock', 'notes'].map((name) => path.join(directory, name)) as [string, string];
  const child = spawn(process.execPath, [HOLDER, lock, notes], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

const notes = (): string[] => {
  const file = path.join(directory, 'notes');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

describe('the lock of the tasks', () => {
  it('lets one process in at a time, and the next one when that has been killed', async () => {
    const ends = Array.from({ length: PROCESSES }, () => once(start(), 'exit'));
    expect(await Promise.all(ends)).toEqual(ends.map(() => [null, 'SIGKILL']));
    expect(notes()).toEqual(ends.flatMap(() => ['in', 'out']));
  });
});
