/** Brings steps up to date, in order. */
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fingerprint, isUpToDate, stamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { root } from './paths.mjs';

/** Runs those of the steps whose output is missing or older than its inputs. One process at a time works on a checkout. */
export async function ensureBuilt(steps, print) {
  if (steps.every(isReady)) return;
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 12);
  await withLock(path.join(tmpdir(), `cpm-webhooks-build-${checkout}.tickets`), print, async () => {
    for (const step of steps) if (!isReady(step)) await perform(step, print);
  });
}

function isReady(step) {
  if (step.applies?.() === false) return true;
  return step.isDone ? step.isDone() : isUpToDate(step, fingerprint(step.inputs));
}

async function perform(step, print) {
  print(step.title);
  // Taken before the work: what changes during it makes the next run do it again.
  const hash = step.inputs && fingerprint(step.inputs);
  await step.run();
  if (hash) stamp(step, hash);
}
