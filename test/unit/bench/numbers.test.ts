import { median, percentile } from '../../../bench/measure/numbers';

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
    [1, 100],
  ])('of 1 to 100 at %d is %d, whatever their order', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });

  it('of few values is one of them, never one in between', () => {
    expect(percentile([10, 20], 0.5)).toBe(10);
    expect(percentile([10, 20], 0.51)).toBe(20);
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('of no values is no number', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('a median', () => {
  it('is the middle value', () => {
    expect(median([3, 1, 2])).toBe(2);
  });

  it('of an even number is the mean of the two middle ones', () => {
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('of no values is no number', () => {
    expect(median([])).toBeNaN();
  });
});
