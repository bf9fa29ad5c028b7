/**
 * Compiles MJML to HTML in a separate thread: a template can take seconds to compile, and neither the API nor the workflows
 * may be blocked meanwhile. Templates are compiled one at a time; a compilation that takes too long is ended with its thread.
 */
import { Worker } from 'node:worker_threads';

/** HTML, or what is wrong. */
export interface CompiledMjml {
  readonly html: string;
  readonly problems: readonly { readonly line?: number; readonly message: string }[];
}

/** Longest time of one compilation. */
const LIMIT_MS = 10_000;
/** Longest time until a new thread has loaded MJML. */
const START_LIMIT_MS = 30_000;
/** Larger e-mails are clipped by readers, long before this. */
const MOST_HTML = 262_144;
/** Compiled templates remembered, the longest unused forgotten first. */
const MOST_REMEMBERED = 32;

/** No includes: they read files. No fonts: the default ones come from another host. */
const OPTIONS = { validationLevel: 'soft', ignoreIncludes: true, fonts: {}, keepComments: false };

const THREAD = `
const { parentPort, workerData: { mjml, options } } = require('node:worker_threads');
const compile = require(mjml);
parentPort.postMessage('ready');
parentPort.on('message', async (source) => {
  try {
    const { html, errors } = await compile(source, options);
    parentPort.postMessage({ html, problems: errors.map(({ line, message }) => ({ line, message })) });
  } catch (error) {
    parentPort.postMessage({ html: '', problems: [{ message: String(error.message).slice(0, 200) }] });
  }
});`;

const remembered = new Map<string, CompiledMjml>();
let thread: Promise<Worker> | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** The compilation was given up; nothing is known of the template. */
class GivenUpError extends Error {}

/** Compiles a template's MJML. Liquid in it stays as it is. */
export async function compileMjml(source: string): Promise<CompiledMjml> {
  const known = remembered.get(source);
  if (known) return remember(source, known);
  const compiling = queue.then(() => compileInThread(source));
  queue = compiling.catch(() => undefined);
  try {
    return remember(source, bounded(await compiling));
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    // Not remembered: it may have been the machine's fault.
    return { html: '', problems: [{ message: error.message }] };
  }
}

function bounded(compiled: CompiledMjml): CompiledMjml {
  if (compiled.html.length <= MOST_HTML) return compiled;
  return { html: '', problems: [{ message: `makes more than ${MOST_HTML / 1024} KiB of HTML` }] };
}

function remember(source: string, compiled: CompiledMjml): CompiledMjml {
  remembered.delete(source);
  remembered.set(source, compiled);
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  return compiled;
}

async function compileInThread(source: string): Promise<CompiledMjml> {
  const worker = await (thread ??= startThread());
  worker.ref();
  try {
    worker.postMessage(source);
    return (await nextMessage(worker, LIMIT_MS, 'takes too long to compile')) as CompiledMjml;
  } finally {
    worker.unref(); // an idle thread keeps no process alive
  }
}

async function startThread(): Promise<Worker> {
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { mjml: require.resolve('mjml'), options: OPTIONS },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    env: {},
  });
  worker.on('error', () => undefined); // such as out of memory; its exit follows
  await nextMessage(worker, START_LIMIT_MS, 'cannot be compiled now');
  return worker;
}

/** Ends the thread when nothing comes in time, so that the next compilation gets a new one. */
function nextMessage(worker: Worker, limitMs: number, otherwise: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stopWaiting = (): void => {
      clearTimeout(limit);
      worker.off('message', came).off('exit', gaveUp);
    };
    const came = (message: unknown): void => {
      stopWaiting();
      resolve(message);
    };
    const gaveUp = (): void => {
      stopWaiting();
      thread = undefined;
      void worker.terminate();
      reject(new GivenUpError(otherwise));
    };
    const limit = setTimeout(gaveUp, limitMs);
    worker.on('message', came).on('exit', gaveUp);
  });
}
