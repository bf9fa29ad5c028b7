/** The commands of docs/production.md, run as they stand there. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/platform/project-root';

const page = readFileSync(path.join(projectRoot, 'docs/production.md'), 'utf8');

/** The blocks of a language under a heading, in their order. */
export function blocksOf(heading: string, language: string): string[] {
  const [, rest] = page.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (rest === undefined) throw new Error(`docs/production.md has no heading "${heading}"`);
  const section = rest.split(/^#+ /m)[0] ?? '';
  return [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]+)\`\`\``, 'g'))].map(
    ([, block = '']) => block,
  );
}

/** Runs a script of a shell to its end, with these settings, and throws with what it printed where it fails. */
export async function runScript(
  script: string,
  settings: Readonly<Record<string, string>>,
  directory: string,
): Promise<string> {
  const options = { cwd: directory, env: { HOME: directory, ...settings }, timeout: 120_000 };
  try {
    const { stdout, stderr } = await promisify(execFile)('sh', ['-euc', script], options);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script.trim()}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
