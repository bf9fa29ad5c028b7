/** The thread in which templates are rendered and checked; src/emails/in-thread.ts starts it, and ends it when a step takes too long. */
import { parentPort } from 'node:worker_threads';
import { DEFAULT_TEMPLATES } from './defaults/default-templates';
import { renderLiquid } from './liquid';
import { TEMPLATE_PARTS, TemplateError } from './template';
import { checkHtml, checkSource, render, type Step } from './template-work';
import { largestSample } from './values';
import type { Answer, Job, Ready } from './in-thread';

const WORK = { render, checkSource, checkHtml };
const under: Ready['under'] = new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));

const step: Step = (path, work) => {
  Atomics.store(under, 1, BigInt(TEMPLATE_PARTS.indexOf(path)));
  Atomics.store(under, 0, process.hrtime.bigint());
  try {
    return work();
  } finally {
    Atomics.store(under, 0, 0n);
  }
};

function answerTo({ work, input }: Job): Answer {
  try {
    // What belongs together was made together.
    const result: unknown = (WORK[work] as (...all: unknown[]) => unknown)(step, ...input);
    return { result };
  } catch (error) {
    if (error instanceof TemplateError) return { problems: error.problems };
    throw error;
  }
}

parentPort?.on('message', (job: Job) => parentPort?.postMessage(answerTo(job)));

/** How long a sound template takes here, with many items, for the first time: everything else is held against that. */
const begun = performance.now();
const sample = { ...largestSample('en'), subject: 'Subject' };
for (const { mjml, text } of DEFAULT_TEMPLATES) {
  renderLiquid('html', mjml, sample);
  renderLiquid('text', text, sample);
}
const ready: Ready = { under, referenceMs: (performance.now() - begun) / (2 * DEFAULT_TEMPLATES.length) };
parentPort?.postMessage(ready);
