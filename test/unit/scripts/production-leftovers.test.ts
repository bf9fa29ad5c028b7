/** What the production test leaves behind when it does not come to its end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';
import { eventually } from '../../production/checks';

const inRoot = (file: string): string => JSON.stringify(path.join(projectRoot, file));

/** Plays a test that runs a server, and a program that it started in turn, and tells their numbers. */
const played = (directory: string): string => `
  import { requireTypeScript } from ${inRoot('scripts/lib/typescript.mjs')};
  const directory = ${JSON.stringify(directory)};
  requireTypeScript('test/harness/clear-after-death.ts')
    .runAfterDeath(${inRoot('test/production/after-death.mjs')}, [directory]);
  const { Supervised } = requireTypeScript('test/production/supervised.ts');
  const args = ['-c', 'sh -c "echo $PPID \\$\\$; exec sleep 600"; true'];
  const server = new Supervised({ name: 'server', command: 'sh', args, directory });
  server.start();
  setInterval(() => server.said.includes(' ') && console.log(server.said), 20);
  process.on('message', () => { throw new Error('as a fault of the test'); });
`;

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the production test', () => {
  it.each<[string, (test: ReturnType<typeof spawn>) => unknown]>([
    ['it is killed', (test) => test.kill('SIGKILL')],
    ['it is told to stop', (test) => test.kill('SIGTERM')],
    ['it fails by a fault of its own', (test) => test.send('fail')],
  ])('leaves no process and no file when %s', async (_, end) => {
    const directory = mkdtempSync(path.join(realpathSync(tmpdir()), 'cpm-production-'));
    const test = spawn(process.execPath, ['--input-type=module', '--eval', played(directory)], {
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    const [told] = (await once(test.stdout ?? test, 'data')) as [Buffer];
    const pids = told.toString().trim().split(/\s+/).slice(0, 2).map(Number);
    expect(pids.map(runs)).toEqual([true, true]);
    end(test);
    await eventually(() => {
      if (pids.some(runs) || existsSync(directory)) throw new Error('something is left');
    });
  });
});
