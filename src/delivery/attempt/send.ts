/** The request of an attempt that is written down, and the record of its outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptResult } from '../../../workflows/deliver-webhook/contract';
import { openProbe } from '../../outbox/endpoint-probes';
import { inSpan, type SpanOptions } from '../../platform/tracing';
import { joinReasons, reasonText } from '../../platform/reasons';
import { within } from '../../platform/within';
import { GivenBackError, type PostOutcome } from '../http/post';
import { redactAnswer } from '../http/redact';
import { sealAnswer } from '../kept-answer';
import { idsOf, isProbed, OUR_TROUBLE_MS, type AttemptContext, type ReadyAttempt } from './context';
import { BEGIN_LIMIT_MS, type LoadedDelivery } from './load';
import { closeGivenBack } from './record';

/**
 * An outcome that is not recorded by then is left to the workflow. With {@link BEGIN_LIMIT_MS} and the request's own limit
 * it lies within the activity's: past that, Temporal would have the attempt made again although its outcome is known.
 */
const RECORD_LIMIT_MS = 5_000;
/** With less of a request's time left, none is begun with another access token: the next attempt has one. Milliseconds. */
const LEAST_FOR_AGAIN_MS = 500;
/** Wait before an outcome is recorded again; doubles. */
const RECORD_AGAIN_MS = 200;

/** Longest time from the first look of an attempt until its outcome is recorded, or is known to be unrecorded. Milliseconds. */
export function longestAttemptMs(requestTimeoutMs: number): number {
  return BEGIN_LIMIT_MS + requestTimeoutMs + RECORD_LIMIT_MS;
}

/** Makes the request, and records how it ended. */
export async function send(
  context: AttemptContext,
  ready: ReadyAttempt,
  shutdown?: AbortSignal,
): Promise<AttemptResult> {
  const { delivery, place } = ready;
  let outcome: PostOutcome;
  let secrets: readonly string[];
  try {
    ({ outcome, secrets } = await post(context, ready, shutdown));
  } catch (error) {
    if (!(error instanceof GivenBackError)) throw error;
    return giveBack(context, delivery, ready.attempt.attemptId, error);
  } finally {
    place.release();
  }
  context.watch.note(delivery.subscriptionId, outcome);
  context.metrics.attempted(delivery, outcome);
  const { delivered, statusCode, durationMs } = outcome;
  context.logger.debug(
    { ...idsOf(delivery), attemptId: ready.attempt.attemptId, delivered, statusCode, durationMs },
    'attempt',
  );
  return report(context, { ...ready, secrets }, outcome);
}

/**
 * Makes the request; once more where the receiver refuses the access token and another is to be had, in the time of one request.
 * @throws GivenBackError also where the receiver refuses the token and there is no other for the moment
 */
async function post(
  context: AttemptContext,
  ready: ReadyAttempt,
  shutdown?: AbortSignal,
): Promise<{ readonly outcome: PostOutcome; readonly secrets: readonly string[] }> {
  const { secrets, again } = ready;
  const until = performance.now() + context.times.requestTimeoutMs;
  const outcome = await postTraced(context, ready, shutdown);
  const leftMs = until - performance.now();
  if (outcome.statusCode !== 401 || !again || leftMs < LEAST_FOR_AGAIN_MS) return { outcome, secrets };
  const next = await again(leftMs / 2);
  if (!next) return { outcome, secrets };
  if (!next.request) throw new GivenBackError(joinReasons(reasonText('token_refused'), next.reason), true);
  const rest = Math.ceil(until - performance.now());
  const second = await postTraced(context, { ...ready, request: next.request }, shutdown, rest);
  const both = second.durationMs + outcome.durationMs;
  return { outcome: { ...second, durationMs: both }, secrets: [...secrets, ...next.secrets] };
}

/** Makes a request, which tells its receiver of the trace that it is part of. */
function postTraced(
  { poster }: AttemptContext,
  { delivery, attempt, request }: ReadyAttempt,
  shutdown: AbortSignal | undefined,
  withinMs?: number,
): Promise<PostOutcome> {
  const spanOptions = (): SpanOptions => ({
    kind: 'client',
    attributes: {
      ...{ 'cpm.delivery_id': delivery.id, 'cpm.change_id': delivery.changeId },
      ...{ 'cpm.subscription_id': delivery.subscriptionId, 'cpm.attempt_id': attempt.attemptId },
      ...{ 'cpm.update_type': delivery.updateType, 'http.request.method': 'POST' },
      'server.address': new URL(request.url).hostname,
    },
  });
  return inSpan('POST', spanOptions, async (span) => {
    if (!span) return poster.post(request, shutdown, withinMs);
    // Never in place of one that the subscription sets.
    const headers = { traceparent: span.traceparent, ...request.headers };
    const outcome = await poster.post({ ...request, headers }, shutdown, withinMs);
    if (outcome.statusCode !== null) span.note({ 'http.response.status_code': outcome.statusCode });
    if (!outcome.delivered) span.fail();
    return outcome;
  });
}

/**
 * Closes an attempt that was not made, or that we gave up, so that the next one need not wait until it is surely over. It
 * counts for nothing.
 */
export async function giveBack(
  { db, logger }: AttemptContext,
  delivery: LoadedDelivery,
  attemptId: string,
  why: GivenBackError,
): Promise<AttemptResult> {
  await closeGivenBack(db, { deliveryId: delivery.id, attemptId }, why).catch((error: unknown) =>
    logger.warn({ ...idsOf(delivery), attemptId, err: error }, 'an attempt that was given back stays open'),
  );
  return { kind: 'busy', retryInMs: OUR_TROUBLE_MS };
}

/** Has one delivery at a time knock where others of the endpoint have failed too. Where that can't be written, the next failure will be. */
async function probe({ db, times, logger }: AttemptContext, delivery: LoadedDelivery): Promise<void> {
  const { id: deliveryId, subscriptionId } = delivery;
  await openProbe(db, { subscriptionId, deliveryId }, times.retryIntervalMs).catch((error: unknown) =>
    logger.warn({ ...idsOf(delivery), err: error }, 'that an endpoint is to be probed was not recorded'),
  );
}

async function report(
  context: AttemptContext,
  { delivery, attempt, stateDigest, secrets }: ReadyAttempt,
  outcome: PostOutcome,
): Promise<AttemptResult> {
  const { sealer, logger, statements } = context;
  const { responseHeaders: headers, responseBody: body } = outcome;
  const kept = redactAnswer({ headers, body }, secrets);
  const essentials = {
    deliveryId: delivery.id,
    attemptId: attempt.attemptId,
    outcome: outcome.delivered ? ('delivered' as const) : ('failed' as const),
    statusCode: outcome.statusCode,
    error: outcome.error,
    durationMs: outcome.durationMs,
    retryAfterMs: outcome.retryAfterMs,
  };
  const record = {
    ...essentials,
    ...sealAnswer(sealer, kept),
    stateDigest: stateDigest ?? null,
  };
  const limit = Date.now() + RECORD_LIMIT_MS;
  const recording = (async (): Promise<AttemptResult | undefined> => {
    for (let waitMs = RECORD_AGAIN_MS; ; waitMs *= 2) {
      try {
        const result = await statements.record(record);
        if (result.kind === 'failed' && isProbed(context, delivery)) await probe(context, delivery);
        context.outboxChanged();
        if (result.kind === 'finished' && result.status !== 'gone')
          context.metrics.ended(delivery, result.status);
        return result;
      } catch (error) {
        logger.warn(
          { ...idsOf(delivery), attemptId: attempt.attemptId, err: error },
          'outcome of an attempt not recorded yet',
        );
      }
      if (Date.now() + waitMs >= limit) return undefined;
      await sleep(waitMs);
    }
  })();
  const recorded = await within(recording, RECORD_LIMIT_MS);
  return recorded ?? { kind: 'unrecorded', attempt: essentials };
}
