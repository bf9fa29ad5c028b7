/** What the parts of an attempt share. */
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { Logger } from '../../platform/logger';
import type { EndpointWatch } from '../endpoint-watch';
import type { WebhookPoster, WebhookRequest } from '../http/post';
import type { Place } from '../request-places';
import type { BegunAttempt } from './begin';
import type { LoadedDelivery } from './load';
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
  readonly times: RetryTimes & { readonly requestTimeoutMs: number };
  /** Called when a commit left something in the outbox. */
  readonly outboxChanged: () => void;
}

/** An attempt that is written down; its request may be made. */
export interface ReadyAttempt {
  readonly delivery: LoadedDelivery;
  readonly attempt: BegunAttempt;
  readonly request: WebhookRequest;
  /** What must not be kept of an answer. */
  readonly secrets: readonly string[];
  readonly place: Place;
}

/** First wait after trouble of our own; the workflow lengthens it. */
export const OUR_TROUBLE_MS = 500;
