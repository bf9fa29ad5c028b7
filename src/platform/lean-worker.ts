/**
 * A Temporal worker without three guards of the SDK that cost more than running our workflows does
 * (docs/decisions/006-workflows-in-the-main-thread.md): a thread of its own for workflows, a native thread that watches each of
 * some ten calls into a workflow, and a stack trace for each promise of a workflow.
 */
import { promiseHooks } from 'node:v8';
import { Script } from 'node:vm';
import { Worker, type WorkerOptions } from '@temporalio/worker';

/** How the SDK says in its debug mode that a workflow's calls have no time limit. Milliseconds. */
const NO_LIMIT_MS = 4_294_967_295;

const { createHook } = promiseHooks;
/** Creations under way: they may overlap, and the last one gives the hook back. */
let creating = 0;

/** As {@link Worker.create}, for workflows that are known to end their turn quickly. */
export async function createLeanWorker(options: WorkerOptions): Promise<Worker> {
  leaveUnlimitedScriptsUnwatched();
  creating += 1;
  promiseHooks.createHook = () => () => undefined;
  try {
    return await Worker.create({ ...options, debugMode: true });
  } finally {
    creating -= 1;
    if (creating === 0) promiseHooks.createHook = createHook;
  }
}

let unwatched = false;

/** Node starts a thread for each call with a time limit, however far off that is (nodejs/node#10453). */
function leaveUnlimitedScriptsUnwatched(): void {
  if (unwatched) return;
  unwatched = true;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const { runInContext } = Script.prototype;
  Script.prototype.runInContext = function (this: Script, context, options) {
    const { timeout, ...others } = options ?? {};
    return runInContext.call(this, context, timeout === NO_LIMIT_MS ? others : options) as unknown;
  };
}
