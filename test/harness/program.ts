/** The programs of `dist/src/bin` that end by themselves, run as `npm run` runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

/** Runs a program, such as `migrate`, with nothing but these settings, to its end. */
export async function runProgram(
  name: string,
  settings: Readonly<Record<string, string | undefined>>,
  ...args: readonly string[]
): Promise<Ended> {
  const program = path.join(projectRoot, 'dist/src/bin', `${name}.js`);
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, CPM_LOG_LEVEL: 'silent', ...settings },
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, errors };
}
