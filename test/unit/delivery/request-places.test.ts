import { RequestPlaces, type Destination, type Place } from '../../../src/delivery/request-places';

const LONGEST_MS = 15_000;

/** A subscription of each origin's own. */
const to = (origin: string, maxInFlight = 100): Destination => ({
  subscriptionId: `s of ${origin}`,
  origin,
  maxInFlight,
});

/** Takes places as long as there are any. */
function takeAll(places: RequestPlaces, origin: string, inline: 'no' | 'known' = 'no'): Place[] {
  const taken: Place[] = [];
  for (;;) {
    const place = places.take(to(origin), inline);
    if (place.noPlace !== undefined) return taken;
    taken.push(place);
  }
}

describe('the requests in flight', () => {
  it('are a hundred for one origin, and each place is free again once it is given back', () => {
    const places = new RequestPlaces(LONGEST_MS);
    const taken = takeAll(places, 'https://a.test');
    expect(taken).toHaveLength(100);
    expect(places.take(to('https://b.test'), 'no').noPlace).toBeUndefined();
    taken[0]?.release();
    taken[0]?.release();
    expect(takeAll(places, 'https://a.test')).toHaveLength(1);
  });

  it('are two thousand in all, and an origin that has none yet still gets some', () => {
    const places = new RequestPlaces(LONGEST_MS);
    const taken = Array.from({ length: 20 }, (_, i) => takeAll(places, `https://slow-${i}.test`));
    expect(taken.flat()).toHaveLength(2_000);
    expect(takeAll(places, 'https://healthy.test')).toHaveLength(4);
    taken.flat().forEach((place) => place.release());
    expect(takeAll(places, 'https://healthy.test')).toHaveLength(96);
  });

  it('hold 32 workflow tasks for one origin and 50 in all, until they leave them', () => {
    const places = new RequestPlaces(LONGEST_MS);
    const first = takeAll(places, 'https://a.test', 'known');
    const second = takeAll(places, 'https://b.test', 'known');
    expect([first.length, second.length]).toEqual([32, 18]);
    expect(places.take(to('https://c.test'), 'known').noPlace).toBe('notInline');
    expect(places.take(to('https://c.test'), 'no').noPlace).toBeUndefined();
    first[0]?.leaveTask();
    first[0]?.release();
    expect(takeAll(places, 'https://c.test', 'known')).toHaveLength(1);
  });
});

describe('the requests of a subscription in flight', () => {
  const few = (subscriptionId: string): Destination => ({ ...to('https://a.test', 3), subscriptionId });
  const taken = (places: RequestPlaces, destination: Destination): Place[] =>
    Array.from({ length: 200 }, () => places.take(destination, 'no')).filter(
      (place): place is Place => place.noPlace === undefined,
    );

  it('are as many as it is allowed, whatever others have to the same origin', () => {
    const places = new RequestPlaces(LONGEST_MS);
    const first = taken(places, few('s-1'));
    expect([first.length, taken(places, few('s-2')).length]).toEqual([3, 3]);
    first[0]?.release();
    expect(taken(places, few('s-1'))).toHaveLength(1);
  });

  it('are more than those of another origin where it is allowed more', () => {
    expect(taken(new RequestPlaces(LONGEST_MS), to('https://a.test', 150))).toHaveLength(150);
  });
});

describe('one that finds no place', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const waitMs = (places: RequestPlaces): number => {
    const place = places.take(to('https://a.test'), 'no');
    if (place.noPlace !== 'full') throw new Error('there is a place');
    return place.retryInMs;
  };

  it('is told to come when it is its turn: each a little later than the one before it', () => {
    const places = new RequestPlaces(LONGEST_MS);
    const taken = takeAll(places, 'https://a.test');
    jest.advanceTimersByTime(10_000); // so long a request takes: ten places a second
    taken.forEach((place) => place.release());
    const again = takeAll(places, 'https://a.test');
    jest.advanceTimersByTime(10_000);
    again.pop()?.release();
    places.take(to('https://a.test'), 'no');
    const waits = Array.from({ length: 1_000 }, () => waitMs(places));
    expect(waits[0]).toBe(250);
    expect(waits[99]).toBe(10_000);
    expect(waits[999]).toBe(100_000);
    jest.advanceTimersByTime(50_000);
    again.forEach((place) => place.release());
    expect(places.take(to('https://a.test'), 'no').noPlace).toBeUndefined();
  });

  it('is told to come when the oldest request must be over, where the receiver ends none any more', () => {
    const places = new RequestPlaces(LONGEST_MS);
    takeAll(places, 'https://a.test');
    jest.advanceTimersByTime(10_000);
    const waits = Array.from({ length: 100 }, () => waitMs(places));
    expect([waits[0], waits[99]]).toEqual([5_150, 20_000]);
  });

  it('is told to come when the silence has lasted twice as long, where a request may take much longer', () => {
    const places = new RequestPlaces(600_000);
    takeAll(places, 'https://a.test');
    jest.advanceTimersByTime(2_000);
    expect(waitMs(places)).toBe(2_040);
  });

  it('waits five minutes at the most, for the receiver may be quick again meanwhile', () => {
    const places = new RequestPlaces(LONGEST_MS);
    takeAll(places, 'https://a.test');
    jest.advanceTimersByTime(15_000);
    const waits = Array.from({ length: 10_000 }, () => waitMs(places));
    expect(Math.max(...waits)).toBe(300_000);
  });
});
