/** What the parts of an attempt share. */
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { Logger } from '../../platform/logger';
import type { EndpointWatch } from '../endpoint-watch';
import type { WebhookPoster, WebhookRequest } from '../http/post';
import type { Place } from '../request-places';
import type { AccessTokens } from '../tokens/access-tokens';
import type { BegunAttempt } from './begin';
import type { LoadedDelivery } from './load';
import type { AttemptMetrics } from './metrics';
import type { RetryTimes } from './record';
import type { AttemptStatements } from './statements';

/** What attempts need. */
export interface AttemptContext {
  readonly db: Database;
  readonly statements: AttemptStatements;
  readonly sealer: Sealer;
  readonly logger: Logger;
  readonly poster: WebhookPoster;
  readonly watch: EndpointWatch;
  readonly metrics: Pick<AttemptMetrics, 'attempted' | 'ended'>;
  readonly tokens: Pick<AccessTokens, 'take'>;
  readonly times: RetryTimes & { readonly requestTimeoutMs: number };
  /** Whether it is on where a subscription leaves that to the service. */
  readonly halfOpenProbing: boolean;
  /** Called when a commit left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** An attempt that is written down; its request may be made. */
export interface ReadyAttempt {
  readonly delivery: LoadedDelivery;
  readonly attempt: BegunAttempt;
  readonly request: WebhookRequest;
  /** Of the state that the request shows; undefined: it shows none. */
  readonly stateDigest: string | undefined;
  /** The same with another access token; undefined where it carries none. */
  readonly again: SendAgain | undefined;
  /** What must not be kept of an answer. */
  readonly secrets: readonly string[];
  readonly place: Place;
}

/** Makes the request of an attempt anew once its access token was refused: with another, with the same, or not. */
export type SendAgain = (waitMs: number) => Promise<
  | { readonly request: WebhookRequest; readonly secrets: readonly string[] }
  /** There is no other token. */
  | { readonly request?: undefined; readonly reason: string }
  | undefined
>;

/** Whether the endpoint of a delivery is probed while it fails (rule `half-open-probing`). */
export function isProbed(
  { halfOpenProbing: byDefault }: AttemptContext,
  { halfOpenProbing }: LoadedDelivery,
): boolean {
  return halfOpenProbing === 'default' ? byDefault : halfOpenProbing === 'on';
}

/** What a log line about a delivery names it by. */
export function idsOf({ id, changeId, subscriptionId }: LoadedDelivery): {
  readonly deliveryId: string;
  readonly changeId: string;
  readonly subscriptionId: string;
} {
  return { deliveryId: id, changeId, subscriptionId };
}

/** First wait after trouble of our own; the workflow lengthens it. */
export const OUR_TROUBLE_MS = 500;
