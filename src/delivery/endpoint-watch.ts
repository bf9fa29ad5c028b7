/** What this worker knows of each endpoint: how quick it has been lately, and who may send it a request now. */
import type { PostOutcome } from './http/post';
import { movingAverage, RequestPlaces, type Destination, type NoPlace, type Place } from './request-places';

/** The most inline attempts that are dispatched to an endpoint of which nothing is known yet. */
const MOST_UNKNOWN_INLINE = 2;
/** An endpoint slower than this holds no workflow-task slot. Milliseconds. */
export const QUICK_MS = 1_000;
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
  private readonly places: RequestPlaces;

  /** @param longestRequestMs the limit of a request */
  constructor(longestRequestMs: number) {
    this.places = new RequestPlaces(longestRequestMs);
  }

  /**
   * Takes a place for a request, which the caller releases, or tells why there is none.
   * @param probes whether one request at a time is made while it is not known that the endpoint works (rule `half-open-probing`)
   */
  enter(
    to: Destination,
    inline: boolean,
    { probes = false }: { readonly probes?: boolean } = {},
  ): Place | NoPlace {
    const { healthy, averageMs } = this.of(to.subscriptionId);
    const endpoint = probes && healthy !== true ? { ...to, maxInFlight: 1 } : to;
    if (!inline) return this.places.take(endpoint, 'no');
    if (healthy === undefined) return this.places.take(endpoint, 'unknown');
    if (healthy && averageMs < QUICK_MS) return this.places.take(endpoint, 'known');
    return this.places.full(endpoint) ?? { noPlace: 'notInline' };
  }

  /** Notes how a request ended. */
  note(subscriptionId: string, outcome: Pick<PostOutcome, 'delivered' | 'durationMs'>): void {
    const endpoint = this.of(subscriptionId);
    endpoint.averageMs =
      endpoint.healthy === undefined
        ? outcome.durationMs
        : movingAverage(endpoint.averageMs, outcome.durationMs);
    endpoint.healthy = outcome.delivered;
  }

  /** Notes that a request is not answered yet after {@link QUICK_MS}: the endpoint is slow until it shows otherwise. */
  noteUnanswered(subscriptionId: string): void {
    const endpoint = this.of(subscriptionId);
    endpoint.healthy ??= true;
    endpoint.averageMs = Math.max(endpoint.averageMs, QUICK_MS);
  }

  /**
   * Whether a first attempt may be dispatched to be made inside the workflow task; {@link enter} decides when it begins. Where
   * others await their turn, it finds no place either, and learns that most cheaply there.
   */
  startsInline(subscriptionId: string): boolean {
    return this.places.areAwaitedBy(subscriptionId) || this.looksQuick(subscriptionId);
  }

  private looksQuick(subscriptionId: string): boolean {
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
