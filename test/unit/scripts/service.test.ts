/** What a program notices of the end of the process that started its task. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';

const PROGRAM = path.join('test', 'harness', 'signal-notes.mjs');
const SERVICE = path.join(projectRoot, 'scripts', 'lib', 'service.mjs');

let shell: ChildProcess;
let output: string;

/** A shell that runs the task, as npm starts one. `then` keeps it from becoming the task's own process. */
async function start(): Promise<void> {
  const task = `import { runService } from ${JSON.stringify(SERVICE)};
    console.log('task ' + process.pid);
    process.exitCode = await runService(${JSON.stringify(PROGRAM)}, [], {});`;
  output = '';
  shell = spawn('sh', ['-c', '"$0" --input-type=module --eval "$1"; true', process.execPath, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  shell.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  while (!output.includes('ready')) await once(shell.stdout ?? shell, 'data');
}

/** Resolves when the program has ended too, which holds the same output. */
const ended = (): Promise<unknown> => once(shell, 'close');

const taskPid = (): number => Number(/task (\d+)/.exec(output)?.[1]);
const heard = (): string[] => output.match(/SIG\w+/g) ?? [];

afterEach(() => {
  try {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
  } catch {
    // All have ended.
  }
});

describe('the program of a task', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'is told to stop once when what started the task ends by %s',
    async (signal) => {
      await start();
      const end = ended();
      shell.kill(signal);
      await end;
      expect(heard()).toEqual(['SIGTERM']);
    },
  );

  it('is told no second time when it had been told before what started the task ends', async () => {
    await start();
    const end = ended();
    process.kill(taskPid(), 'SIGTERM');
    shell.kill('SIGKILL');
    await end;
    expect(heard()).toEqual(['SIGTERM']);
  });
});
