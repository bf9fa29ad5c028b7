/** How long callers wait for the deliveries of their earlier changes. */
import { Pace } from '../../../src/consent/recording/pace';

const head = (second: number, behindMs: number) => ({
  dueAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)),
  behindMs,
});

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

describe('a caller', () => {
  it('waits half as long as the deliveries of the same application are behind', () => {
    const pace = new Pace();
    expect(pace.waitMs('shop')).toBe(0);
    pace.note('shop', head(1, 600));
    expect(pace.waitMs('shop')).toBe(300);
    expect(pace.waitMs('other')).toBe(0);
  });

  it('waits two seconds at the most', () => {
    const pace = new Pace();
    pace.note('shop', head(1, 60_000));
    expect(pace.waitMs('shop')).toBe(2_000);
  });

  it.each([null, head(1, 0), head(1, -500)])('waits no more once nothing is behind: %j', (seen) => {
    const pace = new Pace();
    pace.note('shop', head(1, 600));
    pace.note('shop', seen);
    expect(pace.waitMs('shop')).toBe(0);
  });

  it('does not wait for what was seen five seconds ago', () => {
    const pace = new Pace();
    pace.note('shop', head(1, 600));
    jest.advanceTimersByTime(5_001);
    expect(pace.waitMs('shop')).toBe(0);
  });

  it('does not wait for a queue that nobody works on, and does again once it moves', () => {
    const pace = new Pace();
    for (const behindMs of [600, 1_600, 2_700]) {
      pace.note('shop', head(1, behindMs));
      jest.advanceTimersByTime(1_050);
    }
    expect(pace.waitMs('shop')).toBe(0);
    pace.note('shop', head(2, 2_800));
    expect(pace.waitMs('shop')).toBe(1_400);
  });

  it('is kept until then', async () => {
    const pace = new Pace();
    pace.note('shop', head(1, 600));
    const kept = pace.keep('shop').then(() => Date.now());
    await jest.advanceTimersByTimeAsync(300);
    expect(await kept).toBe(300);
  });
});
