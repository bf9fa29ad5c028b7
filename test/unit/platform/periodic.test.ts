import { createLogger } from '../../../src/platform/logger';
import { startPeriodic } from '../../../src/platform/periodic';
import { Wakeable } from '../../../src/platform/wakeable';

const logger = createLogger('silent', 'test');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('a sleep that can be cut short', () => {
  /** Whether the sleep has ended by now. */
  function asleep(sleep: Promise<void>): () => boolean {
    let over = false;
    void sleep.then(() => (over = true));
    return () => !over;
  }

  it('lasts as long as it was told to', async () => {
    const sleeping = asleep(new Wakeable().sleep(1_000));
    await jest.advanceTimersByTimeAsync(999);
    expect(sleeping()).toBe(true);
    await jest.advanceTimersByTimeAsync(1);
    expect(sleeping()).toBe(false);
  });

  it('ends at once when it is woken, and leaves no timer', async () => {
    const wakeable = new Wakeable();
    const sleeping = asleep(wakeable.sleep(1_000));
    wakeable.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect([sleeping(), jest.getTimerCount()]).toEqual([false, 0]);
  });

  it('does not begin where somebody woke it since the last one, and that counts once', async () => {
    const wakeable = new Wakeable();
    wakeable.wake();
    wakeable.wake();
    await wakeable.sleep(1_000);
    const sleeping = asleep(wakeable.sleep(1_000));
    await jest.advanceTimersByTimeAsync(999);
    expect(sleeping()).toBe(true);
  });
});

describe('periodic tasks', () => {
  /** A task that answers what is scripted, then that nothing more is left to do. */
  function task(everyMs: number, ...answers: (boolean | Error)[]) {
    let runs = 0;
    return {
      name: 'task',
      everyMs,
      get runs() {
        return runs;
      },
      run() {
        const answer = answers[runs] ?? false;
        runs += 1;
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    };
  }

  it('run at once and then at their interval, each at its own', async () => {
    const [often, seldom] = [task(1_000), task(5_000)];
    const running = startPeriodic([often, seldom], logger);
    await jest.advanceTimersByTimeAsync(10_500);
    expect([often.runs, seldom.runs]).toEqual([11, 3]);
    await running.stop();
  });

  it('run again at once while more is left to do', async () => {
    const busy = task(1_000, true, true, true);
    const running = startPeriodic([busy], logger);
    await jest.advanceTimersByTimeAsync(0);
    expect(busy.runs).toBe(4);
    await running.stop();
  });

  it('go on after a failure, at the next interval', async () => {
    const failing = task(1_000, new Error('the database is away'), new Error('the database is away'));
    const running = startPeriodic([failing], logger);
    await jest.advanceTimersByTimeAsync(2_500);
    expect(failing.runs).toBe(3);
    await running.stop();
  });

  it('stop at once while they sleep, and after the present run while they do not', async () => {
    const sleeping = task(60_000);
    let finish = (): void => undefined;
    let finished = false;
    const working = {
      name: 'working',
      everyMs: 1_000,
      async run() {
        await new Promise<void>((resolve) => (finish = resolve));
        finished = true;
        return true;
      },
    };
    const running = startPeriodic([sleeping, working], logger);
    await jest.advanceTimersByTimeAsync(0);
    const stopped = running.stop();
    finish();
    await stopped;
    expect([finished, sleeping.runs, jest.getTimerCount()]).toEqual([true, 1, 0]);
  });
});
