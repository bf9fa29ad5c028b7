/**
 * How many requests this process has in flight, for each origin and in all. A request that may not begin is told when to come
 * again, so that nobody asks over and over while a receiver is slow.
 */

/** Requests to one origin in flight: no more than its pool has connections, so that none waits in a local queue. */
const MOST_PER_ORIGIN = 100;
/** Requests in flight from this process before the origins with many of them get no more. */
const MOST_IN_ALL = 2_000;
/** What an origin may have in flight beyond {@link MOST_IN_ALL}, so that the slow ones shut nobody out. */
const FEW_PER_ORIGIN = 4;
/** Attempts made inside workflow tasks: a third of the worker's tasks for one origin, half of them for all. */
const MOST_INLINE_PER_ORIGIN = 32;
const MOST_INLINE = 50;
/** Inline attempts to an endpoint of which nothing is known yet. */
const MOST_INLINE_UNKNOWN = 2;
/** Shortest and longest time after which one that found no place comes again. Milliseconds. */
const SOONEST_MS = 250;
const LATEST_MS = 300_000;
/** Weight of the newest duration in the moving average. */
const NEWEST = 0.2;

/** Why no request may begin. */
export type NoPlace =
  /** Too many are in flight; one is probably free after `retryInMs`. */
  { readonly noPlace: 'full'; readonly retryInMs: number } | { readonly noPlace: 'notInline' };

/** A request's place. */
export interface Place {
  readonly noPlace?: undefined;
  /** The request goes on outside of the workflow task that it began in. */
  leaveTask(): void;
  /** The request is over. Called again, it does nothing. */
  release(): void;
}

interface Origin {
  /** When each request in flight began, the oldest first. */
  readonly inFlight: Map<symbol, number>;
  inline: number;
  averageMs: number;
  /** Those that found no place have been told to come again until then; by `performance.now()`. */
  promisedUntil: number;
}

/** There is one in each process. */
export class OriginPlaces {
  private readonly origins = new Map<string, Origin>();
  private inFlight = 0;
  private inline = 0;

  /**
   * Takes a place for a request.
   * @param inline inside a workflow task; `unknown` where nothing is known of the endpoint yet
   */
  take(name: string, inline: 'no' | 'known' | 'unknown'): Place | NoPlace {
    const origin = this.of(name);
    const allowed = this.inFlight < MOST_IN_ALL ? MOST_PER_ORIGIN : FEW_PER_ORIGIN;
    if (origin.inFlight.size >= allowed) {
      return { noPlace: 'full', retryInMs: turnOf(origin, allowed) };
    }
    if (inline !== 'no') {
      const most = inline === 'known' ? MOST_INLINE_PER_ORIGIN : MOST_INLINE_UNKNOWN;
      if (origin.inline >= most || this.inline >= MOST_INLINE) return { noPlace: 'notInline' };
    }
    return this.place(name, origin, inline !== 'no');
  }

  private place(name: string, origin: Origin, inline: boolean): Place {
    const request = Symbol(name);
    const beganAt = performance.now();
    origin.inFlight.set(request, beganAt);
    this.inFlight += 1;
    let inTask = false;
    const count = (into: boolean): void => {
      if (inTask === into) return;
      inTask = into;
      origin.inline += into ? 1 : -1;
      this.inline += into ? 1 : -1;
    };
    count(inline);
    return {
      leaveTask: () => count(false),
      release: () => {
        if (!origin.inFlight.delete(request)) return;
        count(false);
        this.inFlight -= 1;
        const tookMs = performance.now() - beganAt;
        origin.averageMs = movingAverage(origin.averageMs, tookMs);
        if (origin.inFlight.size === 0 && origin.promisedUntil <= performance.now())
          this.origins.delete(name);
      },
    };
  }

  private of(name: string): Origin {
    const known = this.origins.get(name);
    if (known) return known;
    const origin = { inFlight: new Map<symbol, number>(), inline: 0, averageMs: 0, promisedUntil: 0 };
    this.origins.set(name, origin);
    return origin;
  }
}

/** A moving average of durations, with another one in it. */
export function movingAverage(averageMs: number, newestMs: number): number {
  return averageMs * (1 - NEWEST) + newestMs * NEWEST;
}

/**
 * Milliseconds until it is the turn of one more: as in a queue, each is told a later moment than the one before it, as far
 * apart as places have become free lately. So they come at the rate at which the receiver answers, however many they are.
 */
function turnOf(origin: Origin, places: number): number {
  const now = performance.now();
  const [oldest = now] = origin.inFlight.values();
  // What hangs has not told its duration yet, only that it is longer than this.
  const durationMs = Math.max(origin.averageMs, now - oldest);
  origin.promisedUntil = Math.max(origin.promisedUntil, now) + durationMs / places;
  const waitMs = origin.promisedUntil - now;
  if (waitMs > LATEST_MS) origin.promisedUntil = now + LATEST_MS;
  return Math.round(Math.min(Math.max(waitMs, SOONEST_MS), LATEST_MS));
}
