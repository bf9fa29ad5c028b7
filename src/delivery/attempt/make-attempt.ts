/**
 * One attempt, whole: load, decide, write down, POST, record, report.
 *
 * Guarantees. Every request is written down before it is made and its outcome before it is reported. No two requests of one
 * delivery are in flight at once. Trouble of our own spends no attempt: it is `busy` before the request, `unrecorded` after.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptResult } from '../../../workflows/deliver-webhook/contract';
import { acknowledge } from '../../outbox/claims';
import { finishUnsent, parkDeliveries } from '../../outbox/transitions';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import type { Logger } from '../../platform/logger';
import type { EndpointWatch } from '../endpoint-watch';
import { GivenBackError, type PostOutcome, type WebhookPoster, type WebhookRequest } from '../http/post';
import { redactAnswer, redactRequestHeaders } from '../http/redact';
import { buildRequest, secretsOf, type Credential } from '../http/request';
import { nextAttempt, refuse, type BegunAttempt } from './begin';
import { openCredential, openSigningSecrets } from './credential';
import { BEGIN_LIMIT_MS, type LoadedDelivery } from './load';
import { closeGivenBack, type RetryTimes } from './record';
import { renderBody, type RenderedBody } from './render';
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

/** First wait after trouble of our own; the workflow lengthens it. */
const OUR_TROUBLE_MS = 500;
/** Wait when the endpoint has as many requests in flight as it is allowed. */
const ENDPOINT_FULL_MS = 250;
/**
 * An outcome that is not recorded by then is left to the workflow. With {@link BEGIN_LIMIT_MS} and the request's own limit
 * it lies within the activity's: past that, Temporal would have the attempt made again although its outcome is known.
 */
const RECORD_LIMIT_MS = 5_000;
/** Wait before an outcome is recorded again; doubles. */
const RECORD_AGAIN_MS = 200;

/** Makes one attempt of a delivery. Never throws for what the receiver does or for a database that is away. */
export async function makeAttempt(
  context: AttemptContext,
  deliveryId: string,
  shutdown?: AbortSignal,
): Promise<AttemptResult> {
  const { logger, statements } = context;
  const lookedAt = performance.now();
  let begun: ReadyAttempt | AttemptResult;
  try {
    const delivery = await statements.load(deliveryId);
    if (!delivery) return { kind: 'finished', status: 'gone', statusCode: null };
    begun = await prepare(context, delivery);
  } catch (error) {
    logger.warn({ deliveryId, err: error }, 'attempt not begun; it will be, and none is spent');
    return { kind: 'busy', retryInMs: OUR_TROUBLE_MS };
  }
  if ('kind' in begun) return begun;
  if (performance.now() - lookedAt <= BEGIN_LIMIT_MS) return send(context, begun, shutdown);
  begun.release();
  return giveBack(context, begun, 'not sent: our database was too slow');
}

/** The delivery changed since it was loaded; load it again. */
const LOOK_AGAIN: AttemptResult = { kind: 'busy', retryInMs: 1 };

interface ReadyAttempt {
  readonly delivery: LoadedDelivery;
  readonly attempt: BegunAttempt;
  readonly request: WebhookRequest;
  /** What must not be kept of an answer. */
  readonly secrets: readonly string[];
  readonly release: () => void;
}

async function prepare(
  context: AttemptContext,
  delivery: LoadedDelivery,
): Promise<ReadyAttempt | AttemptResult> {
  const { db, sealer } = context;
  const finish = async (status: 'cancelled' | 'expired', reason: string): Promise<AttemptResult> => {
    await db.$transaction((tx) => finishUnsent(tx, [delivery], status, reason));
    context.outboxChanged();
    return { kind: 'finished', status, statusCode: delivery.lastStatusCode };
  };
  if (delivery.subscriptionDeleted) {
    return refuseFinished(delivery) ?? finish('cancelled', 'subscription deleted');
  }
  if (delivery.expired) return refuseFinished(delivery) ?? finish('expired', 'the e-mail expired');
  const refused = refuse(delivery);
  if (refused) {
    if (refused.kind === 'paused' || refused.kind === 'blocked') {
      const parked = await parkDeliveries(db, refused.kind, [delivery]);
      return parked.has(delivery.id) ? refused : LOOK_AGAIN;
    }
    if (refused.kind === 'busy') await acknowledgeSeen(db, delivery);
    return refused;
  }
  const rendered = await renderBody(context, delivery);
  if (!rendered) return finish('cancelled', 'superseded');
  const release = context.watch.enter(new URL(delivery.url).origin);
  if (!release) {
    await acknowledgeSeen(db, delivery);
    return { kind: 'busy', retryInMs: ENDPOINT_FULL_MS };
  }
  try {
    const credential = openCredential(sealer, delivery);
    const request = requestOf(sealer, delivery, rendered, credential);
    const secrets = [...secretsOf(credential), ...(rendered.secrets ?? [])];
    const attempt = await context.statements.begin({
      delivery,
      bodySealed: sealer.seal(rendered.body, 'payload'),
      requestHeaders: redactRequestHeaders(request.headers, secretsOf(credential)),
    });
    if (attempt) return { delivery, attempt, request, secrets, release };
  } catch (error) {
    release();
    throw error;
  }
  release();
  return LOOK_AGAIN;
}

/** The workflow is running and looks again by itself: the dispatcher need not go on telling it to. */
async function acknowledgeSeen(db: Database, { id, hasEntry, outboxVersion }: LoadedDelivery): Promise<void> {
  if (hasEntry) await acknowledge(db, { kind: 'delivery', id, version: outboxVersion });
}

async function send(
  context: AttemptContext,
  ready: ReadyAttempt,
  shutdown?: AbortSignal,
): Promise<AttemptResult> {
  const { delivery, request, release } = ready;
  let outcome: PostOutcome;
  try {
    outcome = await context.poster.post(request, shutdown);
  } catch (error) {
    if (!(error instanceof GivenBackError)) throw error;
    return giveBack(context, ready, error.message);
  } finally {
    release();
  }
  context.watch.note(delivery.subscriptionId, outcome);
  return report(context, ready, outcome);
}

/**
 * Closes an attempt that was not made, or that we gave up, so that the next one need not wait until it is surely over. It
 * counts for nothing.
 */
async function giveBack(
  { db, logger }: AttemptContext,
  { delivery, attempt }: ReadyAttempt,
  reason: string,
): Promise<AttemptResult> {
  await closeGivenBack(db, attempt.attemptId, reason).catch((error: unknown) =>
    logger.warn({ deliveryId: delivery.id, err: error }, 'an attempt that was given back stays open'),
  );
  return { kind: 'busy', retryInMs: OUR_TROUBLE_MS };
}

async function report(
  context: AttemptContext,
  { delivery, attempt, secrets }: ReadyAttempt,
  outcome: PostOutcome,
): Promise<AttemptResult> {
  const { sealer, logger, statements } = context;
  const kept = redactAnswer(outcome, secrets);
  const essentials = {
    deliveryId: delivery.id,
    attemptId: attempt.attemptId,
    outcome: outcome.delivered ? ('delivered' as const) : ('failed' as const),
    statusCode: outcome.statusCode,
    error: outcome.error,
    durationMs: outcome.durationMs,
  };
  const record = {
    ...essentials,
    responseHeaders: kept.headers,
    responseBodySealed: kept.body === null ? null : sealer.seal(kept.body, 'response'),
  };
  const limit = Date.now() + RECORD_LIMIT_MS;
  const recording = (async (): Promise<AttemptResult | undefined> => {
    for (let waitMs = RECORD_AGAIN_MS; ; waitMs *= 2) {
      try {
        const result = await statements.record(record);
        context.outboxChanged();
        return result;
      } catch (error) {
        logger.warn({ deliveryId: delivery.id, err: error }, 'outcome of an attempt not recorded yet');
      }
      if (Date.now() + waitMs >= limit) return undefined;
      await sleep(waitMs);
    }
  })();
  const over = new AbortController();
  const tooLong = sleep(RECORD_LIMIT_MS, undefined, { signal: over.signal }).catch(() => undefined);
  const recorded = await Promise.race([recording, tooLong]);
  over.abort();
  return recorded ?? { kind: 'unrecorded', attempt: essentials };
}

function requestOf(
  sealer: Sealer,
  delivery: LoadedDelivery,
  rendered: RenderedBody,
  credential: Credential,
): WebhookRequest {
  return buildRequest({
    url: delivery.url,
    credential,
    signingSecrets: openSigningSecrets(sealer, delivery),
    deliveryId: delivery.id,
    subscriptionId: delivery.subscriptionId,
    changeId: delivery.changeId,
    updateType: delivery.updateType,
    sequence: rendered.sequence,
    attempt: nextAttempt(delivery),
    body: rendered.body,
    sentAt: delivery.now,
  });
}

function refuseFinished(delivery: LoadedDelivery): AttemptResult | undefined {
  const refused = refuse(delivery);
  return refused?.kind === 'finished' || refused?.kind === 'busy' ? refused : undefined;
}
