import { EndpointWatch } from '../../../src/delivery/endpoint-watch';
import type { Destination } from '../../../src/delivery/request-places';

const endpoint = (subscriptionId: string): Destination => ({
  subscriptionId,
  origin: `https://${subscriptionId}.test`,
  maxInFlight: 100,
});

describe('an endpoint', () => {
  const watch = new EndpointWatch();
  const answered = (id: string, delivered: boolean, durationMs: number) =>
    watch.note(id, { delivered, durationMs });

  it('of which nothing is known is tried inline twice, until it is known', () => {
    expect([1, 2, 3, 4].map(() => watch.looksQuick('s-1'))).toEqual([true, true, false, false]);
    answered('s-1', true, 5);
    expect(watch.looksQuick('s-1')).toBe(true);
  });

  it('looks quick while it answers, and quickly', () => {
    answered('s-2', true, 10);
    expect(watch.looksQuick('s-2')).toBe(true);
    answered('s-2', false, 10);
    expect(watch.looksQuick('s-2')).toBe(false);
    answered('s-2', true, 10);
    expect(watch.looksQuick('s-2')).toBe(true);
    for (let i = 0; i < 10; i++) answered('s-2', true, 3_000);
    expect(watch.looksQuick('s-2')).toBe(false);
  });

  it('is forgotten when ten thousand others came after it', () => {
    answered('s-3', true, 1);
    for (let i = 0; i < 10_000; i++) answered(`other-${i}`, true, 1);
    expect([1, 2, 3].map(() => watch.looksQuick('s-3'))).toEqual([true, true, false]);
  });

  it('that was quick until now gets no inline attempt once one is unanswered, until it answers again', () => {
    answered('s-4', true, 5);
    expect(watch.enter(endpoint('s-4'), true).noPlace).toBeUndefined();
    watch.noteUnanswered('s-4');
    expect(watch.looksQuick('s-4')).toBe(false);
    expect(watch.enter(endpoint('s-4'), true).noPlace).toBe('notInline');
    expect(watch.enter(endpoint('s-4'), false).noPlace).toBeUndefined();
    answered('s-4', true, 5);
    expect(watch.enter(endpoint('s-4'), true).noPlace).toBeUndefined();
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
