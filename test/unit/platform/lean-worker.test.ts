/** What the lean worker takes away, and that it takes away nothing else. */
import { readdirSync } from 'node:fs';
import { promiseHooks } from 'node:v8';
import { createContext, Script } from 'node:vm';
import { Worker } from '@temporalio/worker';
import { createLeanWorker } from '../../../src/platform/lean-worker';

/** Native threads of this process that are left or come while a script runs; undefined where /proc does not tell. */
const threads = (): number | undefined => {
  try {
    return readdirSync('/proc/self/task').length;
  } catch {
    return undefined;
  }
};

/** The limit, and the number of threads while the script runs. */
function threadsDuring(timeout: number): number | undefined {
  const context = createContext({ threads });
  return new Script('threads()').runInContext(context, { timeout }) as number | undefined;
}

/** Whether somebody who asks for it would be told of promises now. */
function promisesAreTraced(): boolean {
  const traced: unknown[] = [];
  const stop = promiseHooks.createHook({ init: (promise) => traced.push(promise) }) as () => void;
  void Promise.resolve();
  stop();
  return traced.length > 0;
}

function deferred(): { readonly promise: Promise<Worker>; readonly resolve: (worker: Worker) => void } {
  let resolve: (worker: Worker) => void = () => undefined;
  const promise = new Promise<Worker>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('the lean worker', () => {
  /** What the SDK is told, and whether promises would be traced then. */
  let given: Parameters<typeof Worker.create>[0] | undefined;
  let tracing = true;

  beforeAll(async () => {
    const create = jest.spyOn(Worker, 'create').mockImplementation((options) => {
      given = options;
      tracing = promisesAreTraced();
      return Promise.resolve({} as Worker);
    });
    await createLeanWorker({ taskQueue: 'q' });
    create.mockRestore();
  });

  it('runs workflows in the main thread', () => {
    expect(given).toEqual({ taskQueue: 'q', debugMode: true });
  });

  it('traces no promise of a workflow, and leaves the hook to everybody else', () => {
    expect(tracing).toBe(false);
    expect(promisesAreTraced()).toBe(true);
  });

  it('leaves the hook to everybody else after two that were created at once', async () => {
    const created = [deferred(), deferred()] as const;
    const create = jest.spyOn(Worker, 'create');
    for (const { promise } of created) create.mockReturnValueOnce(promise);
    const workers = created.map(() => createLeanWorker({ taskQueue: 'q' }));
    for (const [index, { resolve }] of created.entries()) {
      resolve({} as Worker);
      await workers[index];
    }
    create.mockRestore();
    expect(promisesAreTraced()).toBe(true);
  });

  it('starts no thread for a call without a limit, as the SDK marks it', () => {
    const before = threads();
    expect(threadsDuring(4_294_967_295)).toBe(before);
    expect(threadsDuring(5_000)).toBe(before && before + 1);
  });

  it('still ends a script at a limit that it has', () => {
    expect(() => new Script('for (;;);').runInContext(createContext({}), { timeout: 20 })).toThrow(
      /timed out/,
    );
  });

  it('knows how the SDK says "none"', () => {
    const { compileWorkerOptions } = jest.requireActual<{
      compileWorkerOptions: (options: object, logger: object, meter: object) => object;
    }>('@temporalio/worker/lib/worker-options');
    const options = compileWorkerOptions({ taskQueue: 'q', debugMode: true }, {}, {});
    expect(options).toMatchObject({ isolateExecutionTimeoutMs: 4_294_967_295 });
  });
});
