/** docs/runbook.md, as commands to run, each with what the page shows of its output. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/platform/project-root';

const PAGE = path.join(projectRoot, 'docs/runbook.md');
const BLOCK = /^```sh\n([^]*?)^```\n(?:\n```(json|text)\n([^]*?)^```\n)?/gm;
/** What changes something is run once. */
const CHANGES = /\b(?:POST|PATCH|signal|cancel|terminate)\b/;
/** After these the delivery is not what it was. */
const ENDS = /\b(?:cancel|terminate)\b/;

/** A block of the page that is for the shell. */
export interface Command {
  /** The question that it answers. */
  readonly section: string;
  readonly text: string;
  readonly changes: boolean;
  readonly ends: boolean;
  readonly shown?: { readonly kind: 'json' | 'text'; readonly text: string };
}

/** What has to be run before any command, and the commands in their order. */
export function readRunbook(): { readonly before: string; readonly commands: readonly Command[] } {
  const sections = readFileSync(PAGE, 'utf8').split(/^##+ /m).slice(1);
  const [first, ...commands] = sections.flatMap((section) =>
    [...section.matchAll(BLOCK)].map(([, text = '', kind, shown]): Command => ({
      section: section.slice(0, section.indexOf('\n')),
      text,
      changes: CHANGES.test(text),
      ends: ENDS.test(text),
      ...(kind !== undefined && { shown: { kind: kind as 'json' | 'text', text: shown ?? '' } }),
    })),
  );
  return { before: first?.text ?? '', commands };
}

/** Runs a command as somebody at a shell, and answers with what it prints. Throws where it ends with another code than 0. */
export async function runCommand(text: string, env: Readonly<Record<string, string>>): Promise<string> {
  // Without a terminal bash would take itself for a remote shell, and read its settings.
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euc', text], { env });
  return stdout === '' ? stderr : stdout;
}

/** What a page shows that an output lacks; ids, times and numbers may be others. */
export function lacking({ kind, text }: NonNullable<Command['shown']>, output: string): string[] {
  if (kind === 'json') return lackingIn(JSON.parse(text), JSON.parse(output), '$');
  const lines = new Set(output.split('\n').map(alike));
  return text.split('\n').filter((line) => !lines.has(alike(line)));
}

function lackingIn(shown: unknown, answered: unknown, at: string): string[] {
  if (shown === null || answered === null || typeof shown !== 'object') {
    const [left, right] = [JSON.stringify(shown), JSON.stringify(answered)];
    const same = shown === null || answered === null || alike(left) === alike(right);
    return same ? [] : [`${at}: ${left}, not ${right}`];
  }
  return Object.entries(shown).flatMap(([key, value]) =>
    key in (answered as object)
      ? lackingIn(value, (answered as Record<string, unknown>)[key], `${at}.${key}`)
      : [`${at}.${key}`],
  );
}

/** The same for all ids, times and numbers. */
function alike(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| UTC)?/g, 'TIME')
    .replace(/\b(?:now|a few seconds ago|\d+ \w+ ago|a \w+ ago)/g, 'AGO')
    .replace(/\d+@\S+/g, 'PROCESS')
    .replace(/\d+(?:\.\d+)*/g, 'N')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Writes into the page what its commands have answered, as much of it as it shows. Prettier has to be run over it. */
export function writeOutputs(outputs: ReadonlyMap<string, string>): void {
  const page = readFileSync(PAGE, 'utf8').replace(BLOCK, (block, text: string, kind?: string, shown = '') => {
    const output = outputs.get(text);
    if (kind === undefined || output === undefined) return block;
    const real =
      kind === 'json'
        ? JSON.stringify(cut(JSON.parse(shown), JSON.parse(output)), null, 2)
        : output.trimEnd();
    return `\`\`\`sh\n${text}\`\`\`\n\n\`\`\`${kind}\n${real}\n\`\`\`\n`;
  });
  writeFileSync(PAGE, page);
}

function cut(shown: unknown, answered: unknown): unknown {
  if (shown === null || answered === null || typeof shown !== 'object') return answered;
  const taken = Object.entries(shown).map(([key, value]) => [
    key,
    cut(value, (answered as Record<string, unknown>)[key]),
  ]);
  return Array.isArray(shown) ? taken.map(([, value]) => value) : Object.fromEntries(taken);
}
