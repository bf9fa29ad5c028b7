/** Tells from the content of files whether what was made of them is still up to date. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** A hash over names and contents of the files and directories given; what does not exist is part of the hash too. */
export function fingerprint(inputs) {
  const hash = createHash('sha256').update(process.versions.node);
  for (const input of inputs) {
    for (const file of filesBelow(inRoot(input))) {
      hash.update(`\0${path.relative(inRoot(), file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** Whether the step ran with these very inputs and its output is still there. */
export function isUpToDate(step, hash) {
  return (
    existsSync(inRoot(step.output)) &&
    existsSync(stampFile(step)) &&
    readFileSync(stampFile(step), 'utf8') === hash
  );
}

/** Notes that the step is done. */
export function stamp(step, hash) {
  const file = stampFile(step);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, hash);
  renameSync(`${file}.new`, file);
}

/** Beside the output, so that who removes the output removes the note. */
const stampFile = (step) => inRoot(path.dirname(step.output), `.${step.name}.stamp`);

const IGNORED = new Set(['node_modules', 'dist', '.DS_Store']);

function* filesBelow(entry) {
  const stat = statSync(entry, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) {
    yield entry;
    return;
  }
  for (const name of readdirSync(entry).sort())
    if (!IGNORED.has(name)) yield* filesBelow(path.join(entry, name));
}
