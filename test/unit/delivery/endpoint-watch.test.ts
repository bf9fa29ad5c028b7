import { EndpointWatch } from '../../../src/delivery/endpoint-watch';
import type { Destination } from '../../../src/delivery/request-places';

const endpoint = (subscriptionId: string): Destination => ({
  subscriptionId,
  origin: `https://${subscriptionId}.test`,
  maxInFlight: 100,
});

describe('an endpoint', () => {
  const watch = new EndpointWatch(15_000);
  const answered = (id: string, delivered: boolean, durationMs: number) =>
    watch.note(id, { delivered, durationMs });

  it('of which nothing is known is tried inline twice, until it is known', () => {
    expect([1, 2, 3, 4].map(() => watch.startsInline('s-1'))).toEqual([true, true, false, false]);
    answered('s-1', true, 5);
    expect(watch.startsInline('s-1')).toBe(true);
  });

  it('looks quick while it answers, and quickly', () => {
    answered('s-2', true, 10);
    expect(watch.startsInline('s-2')).toBe(true);
    answered('s-2', false, 10);
    expect(watch.startsInline('s-2')).toBe(false);
    answered('s-2', true, 10);
    expect(watch.startsInline('s-2')).toBe(true);
    for (let i = 0; i < 10; i++) answered('s-2', true, 3_000);
    expect(watch.startsInline('s-2')).toBe(false);
  });

  it('is forgotten when ten thousand others came after it', () => {
    answered('s-3', true, 1);
    for (let i = 0; i < 10_000; i++) answered(`other-${i}`, true, 1);
    expect([1, 2, 3].map(() => watch.startsInline('s-3'))).toEqual([true, true, false]);
  });

  it('that was quick until now gets no inline attempt once one is unanswered, until it answers again', () => {
    answered('s-4', true, 5);
    expect(watch.enter(endpoint('s-4'), true).noPlace).toBeUndefined();
    watch.noteUnanswered('s-4');
    expect(watch.startsInline('s-4')).toBe(false);
    expect(watch.enter(endpoint('s-4'), true).noPlace).toBe('notInline');
    expect(watch.enter(endpoint('s-4'), false).noPlace).toBeUndefined();
    answered('s-4', true, 5);
    expect(watch.enter(endpoint('s-4'), true).noPlace).toBeUndefined();
  });

  it('where others await their turn is asked inside the workflow task, which learns when its own is', () => {
    const full = { ...endpoint('s-7'), maxInFlight: 1 };
    answered('s-7', false, 5);
    jest.useFakeTimers();
    const place = watch.enter(full, false);
    jest.advanceTimersByTime(100); // so long a request takes, as far as is known
    expect(watch.startsInline('s-7')).toBe(false);
    expect(watch.enter(full, false).noPlace).toBe('full');
    expect(watch.startsInline('s-7')).toBe(true);
    expect(watch.enter(full, true)).toEqual({ noPlace: 'full', retryInMs: expect.any(Number) });
    if (place.noPlace === undefined) place.release();
    expect(watch.enter(full, true).noPlace).toBe('notInline');
    jest.useRealTimers();
  });

  it('that fails gets its requests as normal activities, though they were dispatched when it looked quick', () => {
    answered('s-5', false, 5);
    expect(watch.enter(endpoint('s-5'), true).noPlace).toBe('notInline');
  });

  it('of which nothing is known holds two workflow tasks at the most', () => {
    const places = [1, 2, 3].map(() => watch.enter(endpoint('s-6'), true).noPlace);
    expect(places).toEqual([undefined, undefined, 'notInline']);
  });
});
