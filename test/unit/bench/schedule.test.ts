import { dueOffsets, runSchedule } from '../../../bench/load/schedule';
import { now } from '../../../bench/measure/clock';

const never = new AbortController().signal;

describe('the schedule of an open loop', () => {
  it('spaces its requests evenly over its time', () => {
    expect(dueOffsets({ perSecond: 4, seconds: 1.5 })).toEqual([0, 250, 500, 750, 1_000, 1_250]);
  });

  it('has one request at least', () => {
    expect(dueOffsets({ perSecond: 0.1, seconds: 2 })).toEqual([0]);
  });
});

describe('an open loop', () => {
  it('sends on though nothing is answered', async () => {
    let answerAll: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answerAll = resolve));
    let sent = 0;
    await runSchedule({ perSecond: 100, seconds: 0.1 }, never, () => {
      if (++sent === 10) answerAll();
      return answered;
    });
    expect(sent).toBe(10);
  });

  it('sends nothing before it is due, and tells when it was due even where it could not send then', async () => {
    const due: number[] = [];
    await runSchedule({ perSecond: 50, seconds: 0.1 }, never, (n, dueAt) => {
      expect(now()).toBeGreaterThanOrEqual(dueAt);
      due.push(dueAt);
      // Blocks the loop for longer than the next two are apart.
      if (n === 1) while (now() < dueAt + 50);
      return Promise.resolve();
    });
    const [first = NaN] = due;
    expect(due.map((at) => Math.round(at - first))).toEqual([0, 20, 40, 60, 80]);
  });

  it('fails where a request fails', async () => {
    const failing = runSchedule({ perSecond: 100, seconds: 0.05 }, never, (n) =>
      n === 2 ? Promise.reject(new Error('refused')) : Promise.resolve(),
    );
    await expect(failing).rejects.toThrow('refused');
  });

  it('ends when the run ends', async () => {
    const run = new AbortController();
    const running = runSchedule({ perSecond: 1, seconds: 60 }, run.signal, () => Promise.resolve());
    run.abort();
    await expect(running).rejects.toThrow();
  });
});
