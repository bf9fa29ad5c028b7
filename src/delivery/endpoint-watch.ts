/** What this worker knows of each endpoint: how quick it has been lately, and how many requests are in flight. */
import type { PostOutcome } from './http/post';

/**
 * Requests to one origin in flight from this process: half of the activity slots, so that a slow receiver leaves the rest
 * to others, and no more than its pool has connections, so that no request waits in a local queue.
 */
const MOST_IN_FLIGHT = 100;
/** The most inline attempts to an endpoint of which nothing is known yet. */
const MOST_UNKNOWN_INLINE = 2;
/** An endpoint slower than this holds no workflow-task slot. Milliseconds. */
const QUICK_MS = 1_000;
/** Weight of the newest duration in the moving average. */
const NEWEST = 0.2;
/** Endpoints remembered; the longest unseen is forgotten first. */
const MOST_REMEMBERED = 10_000;

interface Seen {
  healthy: boolean | undefined;
  averageMs: number;
  /** Inline attempts allowed while nothing was known. */
  triedUnknown: number;
}

/** There is one in each process. It only advises: without its memory deliveries are slower, but none is lost. */
export class EndpointWatch {
  private readonly seen = new Map<string, Seen>();
  private readonly inFlight = new Map<string, number>();

  /** Takes one of the origin's slots. Returns the function that frees it, or undefined when all are taken. */
  enter(origin: string): (() => void) | undefined {
    const taken = this.inFlight.get(origin) ?? 0;
    if (taken >= MOST_IN_FLIGHT) return undefined;
    this.inFlight.set(origin, taken + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.inFlight.get(origin) ?? 1) - 1;
      if (left > 0) this.inFlight.set(origin, left);
      else this.inFlight.delete(origin);
    };
  }

  /** Notes how a request ended. */
  note(subscriptionId: string, outcome: Pick<PostOutcome, 'delivered' | 'durationMs'>): void {
    const endpoint = this.of(subscriptionId);
    endpoint.averageMs =
      endpoint.healthy === undefined
        ? outcome.durationMs
        : endpoint.averageMs * (1 - NEWEST) + outcome.durationMs * NEWEST;
    endpoint.healthy = outcome.delivered;
  }

  /** Whether the first attempt may be made inside the workflow task. */
  looksQuick(subscriptionId: string): boolean {
    const endpoint = this.of(subscriptionId);
    if (endpoint.healthy !== undefined) return endpoint.healthy && endpoint.averageMs < QUICK_MS;
    endpoint.triedUnknown += 1;
    return endpoint.triedUnknown <= MOST_UNKNOWN_INLINE;
  }

  private of(subscriptionId: string): Seen {
    const known = this.seen.get(subscriptionId);
    const endpoint = known ?? { healthy: undefined, averageMs: 0, triedUnknown: 0 };
    this.seen.delete(subscriptionId);
    this.seen.set(subscriptionId, endpoint);
    const [oldest] = this.seen.keys();
    if (this.seen.size > MOST_REMEMBERED && oldest !== undefined) this.seen.delete(oldest);
    return endpoint;
  }
}
