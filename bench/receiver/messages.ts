/** What the benchmark and the process of its receivers tell each other. */

/** How an endpoint answers: at once with a 200 or a 503, or not at all until it behaves otherwise. */
export type Behaviour = 'accept' | 'fail' | 'hang';

/** To the receivers. */
export type Command =
  | { readonly kind: 'open'; readonly count: number }
  | { readonly kind: 'behave'; readonly ports: readonly number[]; readonly behaviour: Behaviour };

/** From the receivers. Moments are those of `now()`. */
export type Report =
  | { readonly kind: 'opened'; readonly ports: readonly number[] }
  | { readonly kind: 'behaves' }
  | { readonly kind: 'arrived'; readonly arrivals: readonly Arrival[] };

/** The first time that an endpoint accepted a webhook. */
export interface Arrival {
  readonly port: number;
  readonly webhookId: string;
  readonly at: number;
}
