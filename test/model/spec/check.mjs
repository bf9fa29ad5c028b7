/** Has TLC, the model checker of TLA+, go through every state of the specification. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { INVARIANTS } from './variants.mjs';

const MODULE = 'Ordering.tla';
const HEAP = '-Xmx4g';

/**
 * Checks one variant.
 * @returns which invariant is violated (undefined: none), the distinct states seen, and TLC's output
 */
export async function check({ constants, violates }, { java, tlc }) {
  const directory = mkdtempSync(path.join(tmpdir(), 'cpm-spec-'));
  try {
    const config = path.join(directory, 'check.cfg');
    writeFileSync(config, configOf(constants, violates ? [violates] : INVARIANTS));
    const workers = ['-workers', String(availableParallelism())];
    const files = ['-config', config, '-metadir', path.join(directory, 'states')];
    const output = await run(java, [
      ...['-XX:+UseParallelGC', HEAP, '-cp', tlc, 'tlc2.TLC', ...workers, ...files, MODULE],
    ]);
    const states = [...output.matchAll(/([\d,]+) distinct states found/g)].at(-1)?.[1];
    const violated = /Invariant (\w+) is violated/.exec(output)?.[1];
    if (!violated && !output.includes('No error has been found')) throw new Error(`TLC failed:\n${output}`);
    return { violated, states, output };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The actions of the history that violates an invariant. */
export function historyOf(output) {
  return [...output.matchAll(/^State \d+: <(\w+)/gm)].map(([, action]) => action).slice(1);
}

function configOf(constants, invariants) {
  const lines = Object.entries(constants).map(
    ([name, value]) => `  ${name} = ${String(value).toUpperCase()}`,
  );
  return [
    ...[
      'SPECIFICATION Spec',
      'SYMMETRY Symmetry',
      'CHECK_DEADLOCK FALSE',
      `INVARIANTS ${invariants.join(' ')}`,
    ],
    ...['CONSTANTS', '  Workers = {w1, w2}', ...lines, ''],
  ].join('\n');
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}
