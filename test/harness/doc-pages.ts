/** The pages of the documentation, and what of them can be held against the product. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';

/** Paths from the root of all pages below a folder. */
export function pagesOf(folder: string): string[] {
  return readdirSync(path.join(projectRoot, folder), { recursive: true })
    .map((file) => path.join(folder, String(file)))
    .filter((file) => file.endsWith('.md') && !/node_modules|\.vitepress/.test(file))
    .sort();
}

export const readPage = (page: string): string => readFileSync(path.join(projectRoot, page), 'utf8');

/** A page without its samples. */
export const proseOf = (page: string): string => readPage(page).replace(/^ *```[^]*?^ *```$/gm, '');

/** What the page's samples of a kind hold. */
export function samplesOf(page: string, kind: string): string[] {
  return [...readPage(page).matchAll(new RegExp(`^( *)\`\`\`${kind}\\n([^]*?)^\\1\`\`\`$`, 'gm'))].map(
    ([, indent = '', text = '']) => text.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** A call of the API that a page shows for the shell. */
export interface ShownCall {
  readonly page: string;
  readonly method: string;
  /** From `/v1`, with `*` for what stands in a variable. */
  readonly path: string;
  readonly query: readonly string[];
  readonly body?: unknown;
}

/** The calls of the API by `curl` in a page. */
export function callsOf(page: string): ShownCall[] {
  return samplesOf(page, 'sh')
    .flatMap(commandsIn)
    .filter(([program, ...words]) => program === 'curl' && words.some((word) => word.includes('/v1/')))
    .map((words) => callOf(page, words));
}

function callOf(page: string, words: readonly string[]): ShownCall {
  const after = (...flags: string[]): string | undefined =>
    words[words.findIndex((word) => flags.includes(word)) + 1 || words.length];
  const target = words.find((word) => /^[^{]*\/v1\//.test(word) && !word.startsWith('-')) ?? '';
  const url = new URL(
    target.replace(/^.*?\/v1\//, '/v1/').replace(/\$\{?\w+\}?|…/g, '*'),
    'http://localhost',
  );
  const data = after('-d', '--data');
  return {
    page,
    method: after('-X', '--request') ?? (data === undefined ? 'GET' : 'POST'),
    path: url.pathname,
    query: [...url.searchParams.keys()],
    ...(data !== undefined && { body: JSON.parse(data) as unknown }),
  };
}

/** Words of the commands of a script, as the shell tells them apart: quotes, lines that go on, pipes. */
function commandsIn(script: string): string[][] {
  const commands: string[][] = [[]];
  const PARTS = /\\\n|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"|;&()]+)|[|;&()\n]+|[ \t]+/g;
  let joined = false;
  for (const [part, single, double, plain] of script.matchAll(PARTS)) {
    const text = single ?? double ?? plain;
    const command = commands.at(-1) ?? [];
    if (text === undefined) {
      joined = false;
      if (!/^[ \t\\]/.test(part) && command.length > 0) commands.push([]);
    } else {
      if (joined) command.push(`${command.pop() ?? ''}${text}`);
      else command.push(text);
      joined = true;
    }
  }
  return commands.filter((command) => command.length > 0);
}
