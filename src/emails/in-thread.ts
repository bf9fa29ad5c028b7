/**
 * Works on templates in a separate thread, whose time is limited: a template can loop for minutes, and neither the API nor the workflows
 * may be blocked meanwhile (rule `templates-stall-nothing`). One piece of work is done at a time. A step of it that takes too long is
 * ended with its thread; once more in a new one, for it may have been the machine.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { GivenUpError, LimitedThread, type TimeLeft } from './limited-thread';
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

/** Said by a thread when it is ready. */
export interface Ready {
  /** When the step that is under way has begun, in nanoseconds of the process's clock, or 0; and the part of the template that it is for. */
  readonly under: BigInt64Array;
  /** How long a step of the built-in templates took there, milliseconds. */
  readonly referenceMs: number;
}

const thread = new LimitedThread<Ready>(
  () => new Worker(THREAD, { resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB }, env: {} }),
);

/** Renders an e-mail. @param leastMs of a step @throws TemplateError */
export async function renderInThread(
  template: CompiledTemplate,
  values: EmailValues,
  leastMs = LIMIT_MS,
): Promise<RenderedEmail> {
  const answer = await answerTo({ work: 'render', input: [template, values] }, leastMs);
  if ('problems' in answer) throw new TemplateError(answer.problems);
  return answer.result as RenderedEmail;
}

/** Checks a template. */
export async function checkInThread<K extends 'checkSource' | 'checkHtml'>(
  work: K,
  ...input: InputOf<K>
): Promise<TemplateProblem[]> {
  const answer = await answerTo({ work, input }, LIMIT_MS);
  return [...('problems' in answer ? answer.problems : (answer.result as TemplateProblem[]))];
}

async function answerTo(job: Job, leastMs: number, isSecond = false): Promise<Answer> {
  let under: Ready['under'] | undefined;
  try {
    return (await thread.ask(job, (ready) => {
      under = ready.under;
      return stepWithin(ready, leastMs);
    })) as Answer;
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    if (!under)
      throw new Error('templates cannot be rendered now: their thread does not start', { cause: error });
    if (!isSecond) return answerTo(job, leastMs, true);
    const path = TEMPLATE_PARTS[Number(Atomics.load(under, 1))] ?? 'mjml';
    return { problems: [{ path, message: 'takes too long to render, or too much memory' }] };
  }
}

/** Ends where a step has been under way for too long: by the thread's own account, so that a busy process is not taken for it. */
function stepWithin({ under, referenceMs }: Ready, leastMs: number): TimeLeft {
  const limitMs = Math.max(leastMs, Math.min(MOST_MS, TIMES_BUILT_IN * referenceMs));
  return () => {
    const begun = Atomics.load(under, 0);
    const tookMs = begun === 0n ? 0 : Number(process.hrtime.bigint() - begun) / 1e6;
    return limitMs - tookMs;
  };
}
