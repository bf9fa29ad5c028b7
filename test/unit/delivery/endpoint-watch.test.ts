import { EndpointWatch } from '../../../src/delivery/endpoint-watch';

describe('the places of an origin', () => {
  it('are a hundred, and each is free again once it is given back', () => {
    const watch = new EndpointWatch();
    const taken = Array.from({ length: 100 }, () => watch.enter('https://a.test'));
    expect(taken).not.toContain(undefined);
    expect(watch.enter('https://a.test')).toBeUndefined();
    expect(watch.enter('https://b.test')).toBeDefined();
    taken[0]?.();
    taken[0]?.();
    expect(watch.enter('https://a.test')).toBeDefined();
    expect(watch.enter('https://a.test')).toBeUndefined();
  });
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
});
