/**
 * How many requests this process has in flight, for each subscription, for each origin and in all. A request that may not
 * begin is told when to come again, so that nobody asks over and over while a receiver is slow.
 */

/** Requests to one origin in flight, unless a subscription to it may have more. */
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
/** A destination that has ended no request for so long, and for twice as long as one has taken, is taken to hang. Milliseconds. */
const SILENT_MS = 1_000;

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

/** Where a request goes. */
export interface Destination {
  readonly subscriptionId: string;
  readonly origin: string;
  /** Requests to the subscription that this process may have in flight. */
  readonly maxInFlight: number;
}

/** The requests to one origin, or to one subscription. */
interface Requests {
  /** When each request in flight began, the oldest first. */
  readonly inFlight: Map<symbol, number>;
  inline: number;
  averageMs: number;
  /** When one ended last. */
  endedAt: number;
  /** Those that found no place have been told to come again until then; by `performance.now()`. */
  promisedUntil: number;
}

/** There is one in each process. */
export class RequestPlaces {
  /** By origin, and by the id of the subscription. */
  private readonly requests = new Map<string, Requests>();
  private inFlight = 0;
  private inline = 0;

  /** @param longestMs what a request may take; after that it is over, whatever the receiver does */
  constructor(private readonly longestMs: number) {}

  /**
   * Takes a place for a request.
   * @param inline inside a workflow task; `unknown` where nothing is known of the endpoint yet
   */
  take(to: Destination, inline: 'no' | 'known' | 'unknown'): Place | NoPlace {
    const full = this.full(to);
    if (full) return full;
    if (inline !== 'no') {
      const origin = this.of(to.origin);
      const most = inline === 'known' ? MOST_INLINE_PER_ORIGIN : MOST_INLINE_UNKNOWN;
      if (origin.inline >= most || this.inline >= MOST_INLINE) return { noPlace: 'notInline' };
    }
    return this.place([to.subscriptionId, to.origin], inline !== 'no');
  }

  /** When to come again, if no request may begin now; each that asks gets a turn of its own. */
  full(to: Destination): NoPlace | undefined {
    const own = this.of(to.subscriptionId);
    const origin = this.of(to.origin);
    const allowed = this.inFlight < MOST_IN_ALL ? Math.max(MOST_PER_ORIGIN, to.maxInFlight) : FEW_PER_ORIGIN;
    if (own.inFlight.size >= to.maxInFlight) {
      return { noPlace: 'full', retryInMs: this.turnOf(own, to.maxInFlight) };
    }
    if (origin.inFlight.size >= allowed) {
      return { noPlace: 'full', retryInMs: this.turnOf(origin, allowed) };
    }
    return undefined;
  }

  /** Whether requests to a subscription have been told to come again, and have not all had their turn yet. */
  areAwaitedBy(subscriptionId: string): boolean {
    return (this.requests.get(subscriptionId)?.promisedUntil ?? 0) > performance.now();
  }

  private place(names: readonly string[], inline: boolean): Place {
    const request = Symbol();
    const beganAt = performance.now();
    for (const name of names) this.of(name).inFlight.set(request, beganAt);
    this.inFlight += 1;
    let inTask = false;
    const count = (into: boolean): void => {
      if (inTask === into) return;
      inTask = into;
      for (const name of names) this.of(name).inline += into ? 1 : -1;
      this.inline += into ? 1 : -1;
    };
    count(inline);
    let over = false;
    return {
      leaveTask: () => count(false),
      release: () => {
        if (over) return;
        over = true;
        count(false);
        this.inFlight -= 1;
        for (const name of names) this.end(name, request, performance.now() - beganAt);
      },
    };
  }

  private end(name: string, request: symbol, tookMs: number): void {
    const requests = this.of(name);
    requests.inFlight.delete(request);
    requests.averageMs = movingAverage(requests.averageMs, tookMs);
    requests.endedAt = performance.now();
    if (requests.inFlight.size === 0 && requests.promisedUntil <= performance.now())
      this.requests.delete(name);
  }

  private of(name: string): Requests {
    const known = this.requests.get(name);
    if (known) return known;
    const requests = {
      inFlight: new Map<symbol, number>(),
      ...{ inline: 0, averageMs: 0, endedAt: 0, promisedUntil: 0 },
    };
    this.requests.set(name, requests);
    return requests;
  }

  /**
   * Milliseconds until it is the turn of one more: as in a queue, each is told a later moment than the one before it, as far
   * apart as places have become free lately. So they come at the rate at which the receiver answers, however many they are.
   * Where it hangs, nobody comes before a place can be free: each that comes for nothing is a task of the workflow engine.
   */
  private turnOf(requests: Requests, places: number): number {
    const now = performance.now();
    const [oldest = now] = requests.inFlight.values();
    const silentMs = now - Math.max(requests.endedAt, oldest);
    const hangs = silentMs > Math.max(SILENT_MS, 2 * requests.averageMs);
    // What hangs has not told its duration yet: it is expected to go on for as long again, up to the limit.
    const durationMs = hangs
      ? Math.min(2 * (now - oldest), this.longestMs)
      : Math.max(requests.averageMs, now - oldest);
    const earliest = hangs ? Math.max(now, oldest + durationMs) : now;
    requests.promisedUntil = Math.max(requests.promisedUntil, earliest) + durationMs / places;
    const waitMs = requests.promisedUntil - now;
    if (waitMs > LATEST_MS) requests.promisedUntil = now + LATEST_MS;
    return Math.round(Math.min(Math.max(waitMs, SOONEST_MS), LATEST_MS));
  }
}

/** A moving average of durations, with another one in it. */
export function movingAverage(averageMs: number, newestMs: number): number {
  return averageMs * (1 - NEWEST) + newestMs * NEWEST;
}
