/** All that Jest can take the place of, but the clock. */
const NOT_THE_CLOCK = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

/** Does something while the clock of this process is ahead, or behind, by so many milliseconds. */
export async function withClockAhead<T>(aheadMs: number, work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ now: Date.now() + aheadMs, advanceTimers: true, doNotFake: [...NOT_THE_CLOCK] });
  try {
    return await work();
  } finally {
    jest.useRealTimers();
  }
}
