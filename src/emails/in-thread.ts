/**
 * Works on templates in a separate thread, whose time is limited: a template can loop for minutes, and neither the API nor the workflows
 * may be blocked meanwhile (rule `templates-stall-nothing`). One piece of work is done at a time. A step of it that takes too long is
 * ended with its thread; once more in a new one, for it may have been the machine.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  TEMPLATE_PARTS,
  TemplateError,
  type CompiledTemplate,
  type RenderedEmail,
  type TemplateProblem,
} from './template';
import type { checkHtml, checkSource, render, Step } from './template-work';
import type { EmailValues } from './values';

/** Longest time of a step, such as rendering the text of an e-mail; milliseconds. */
const LIMIT_MS = 100;
/** A machine that is slow, or busy, gives more: so many times as long as the built-in templates took in the same thread. */
const TIMES_BUILT_IN = 5;
/** But no more than that. */
const MOST_MS = 2_000;
/** Longest time until a new thread is ready. */
const START_LIMIT_MS = 30_000;
/** A template that keeps more than that is as costly as one that takes long. */
const MOST_MEMORY_MB = 96;

/** Built ahead: a thread takes JavaScript. */
const THREAD = path.join(
  __filename.endsWith('.ts') ? path.join(__dirname, '../../dist/src/emails') : __dirname,
  'template-thread.js',
);

/** What a thread can do, each with a {@link Step} before its own input. */
interface Work {
  readonly render: typeof render;
  readonly checkSource: typeof checkSource;
  readonly checkHtml: typeof checkHtml;
}
type InputOf<K extends keyof Work> = Parameters<Work[K]> extends [Step, ...infer Input] ? Input : never;

/** Asked of a thread. */
export interface Job {
  readonly work: keyof Work;
  readonly input: readonly unknown[];
}

/** Answered by a thread. */
export type Answer = { readonly result: unknown } | { readonly problems: readonly TemplateProblem[] };

interface Thread {
  readonly worker: Worker;
  readonly under: BigInt64Array;
  readonly limitMs: number;
}

/** A step took too long, or too much memory. */
class GivenUpError extends Error {
  constructor(readonly part: number) {
    super('takes too long to render, or too much memory');
  }
}

let current: Promise<Thread> | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** Renders an e-mail. @param leastMs of a step @throws TemplateError */
export async function renderInThread(
  template: CompiledTemplate,
  values: EmailValues,
  leastMs = LIMIT_MS,
): Promise<RenderedEmail> {
  const answer = await inTurn({ work: 'render', input: [template, values] }, leastMs);
  if ('problems' in answer) throw new TemplateError(answer.problems);
  return answer.result as RenderedEmail;
}

/** Checks a template. */
export async function checkInThread<K extends 'checkSource' | 'checkHtml'>(
  work: K,
  ...input: InputOf<K>
): Promise<TemplateProblem[]> {
  const answer = await inTurn({ work, input }, LIMIT_MS);
  return [...('problems' in answer ? answer.problems : (answer.result as TemplateProblem[]))];
}

function inTurn(job: Job, leastMs: number): Promise<Answer> {
  const working = queue.then(() => attempt(job, leastMs));
  queue = working.catch(() => undefined);
  return working;
}

async function attempt(job: Job, leastMs: number, isSecond = false): Promise<Answer> {
  try {
    return await workInThread(job, leastMs);
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    if (!isSecond) return attempt(job, leastMs, true);
    return { problems: [{ path: TEMPLATE_PARTS[error.part] ?? 'mjml', message: error.message }] };
  }
}

async function workInThread(job: Job, leastMs: number): Promise<Answer> {
  const thread = await (current ??= startThread());
  const { worker } = thread;
  worker.ref();
  try {
    return await answerOf(thread, job, Math.max(leastMs, thread.limitMs));
  } catch (error) {
    current = undefined;
    void worker.terminate();
    throw error;
  } finally {
    worker.unref(); // an idle thread keeps no process alive
  }
}

/** Ends where a step has been under way for too long: by the thread's own account, so that a busy process is not taken for it. */
function answerOf({ worker, under }: Thread, job: Job, limitMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout;
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      worker.off('message', came).off('exit', gaveUp);
      then();
    };
    const came = (answer: Answer): void => settle(() => resolve(answer));
    const gaveUp = (): void => settle(() => reject(new GivenUpError(Number(Atomics.load(under, 1)))));
    const look = (): void => {
      const begun = Atomics.load(under, 0);
      const tookMs = begun === 0n ? 0 : Number(process.hrtime.bigint() - begun) / 1e6;
      if (tookMs >= limitMs) gaveUp();
      else timer = setTimeout(look, Math.ceil(limitMs - tookMs));
    };
    timer = setTimeout(look, limitMs);
    worker.on('message', came).on('exit', gaveUp);
    worker.postMessage(job);
  });
}

async function startThread(): Promise<Thread> {
  const shared = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
  const worker = new Worker(THREAD, {
    workerData: shared,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    env: {},
  });
  worker.on('error', () => undefined); // such as out of memory; its exit follows
  const referenceMs = await new Promise<number>((resolve, reject) => {
    const failed = (): void => {
      current = undefined;
      void worker.terminate();
      reject(new Error('templates cannot be rendered now: their thread does not start'));
    };
    const late = setTimeout(failed, START_LIMIT_MS);
    worker.once('exit', failed).once('message', (ready: { readonly referenceMs: number }) => {
      clearTimeout(late);
      worker.off('exit', failed);
      resolve(ready.referenceMs);
    });
  });
  const limitMs = Math.min(MOST_MS, TIMES_BUILT_IN * referenceMs);
  return { worker, under: new BigInt64Array(shared), limitMs };
}
