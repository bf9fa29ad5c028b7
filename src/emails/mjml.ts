/**
 * Compiles MJML to HTML in a separate thread: a template can take seconds to compile, and neither the API nor the workflows
 * may be blocked meanwhile. Templates are compiled one at a time; a compilation that takes too long is ended with its thread.
 */
import { Worker } from 'node:worker_threads';
import { GivenUpError, LimitedThread, within } from './limited-thread';

/** HTML, or what is wrong. */
export interface CompiledMjml {
  readonly html: string;
  readonly problems: readonly { readonly line?: number; readonly message: string }[];
}

/** Longest time of one compilation. */
const LIMIT_MS = 10_000;
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

const thread = new LimitedThread(
  () =>
    new Worker(THREAD, {
      eval: true,
      workerData: { mjml: require.resolve('mjml'), options: OPTIONS },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      env: {},
    }),
);

/** Compiles a template's MJML. Liquid in it stays as it is. */
export async function compileMjml(source: string): Promise<CompiledMjml> {
  const known = remembered.get(source);
  if (known) return remember(source, known);
  try {
    const compiled = (await thread.ask(source, () => within(LIMIT_MS))) as CompiledMjml;
    return remember(source, bounded(compiled));
  } catch (error) {
    if (!(error instanceof GivenUpError)) throw error;
    // Not remembered: it may have been the machine's fault.
    return { html: '', problems: [{ message: 'takes too long to compile' }] };
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
