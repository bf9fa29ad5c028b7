/**
 * One attempt: load, decide, write down, POST, record, report. This file begins it, `send.ts` does the rest.
 *
 * Guarantees. Every request is written down before it is made and its outcome before it is reported. No two requests of one
 * ordering key are in flight at once. Trouble of our own spends no attempt: it is `busy` before the request, `unrecorded` after.
 */
import type { AttemptResult, NotInline } from '../../../workflows/deliver-webhook/contract';
import { CITIZEN_DELETED } from '../../consent/erasure';
import { noteLook, noteTrouble } from '../../outbox/claims';
import { finishUnsent, holdBack, parkBehindAttempt, parkDeliveries } from '../../outbox/transitions';
import type { Database } from '../../platform/database';
import { SealError } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import { joinReasons, reasonText } from '../../platform/reasons';
import { notSent } from '../http/errors';
import { GivenBackError } from '../http/post';
import { redactRequestHeaders } from '../http/redact';
import { SHORT_WAIT_MS } from '../tokens/access-tokens';
import { secretsOf } from '../http/request';
import type { Place } from '../request-places';
import { refuse, type BegunAttempt } from './begin';
import { idsOf, isProbed, OUR_TROUBLE_MS, type AttemptContext, type ReadyAttempt } from './context';
import { grantOf, openCredentials } from './credential';
import { BEGIN_LIMIT_MS, type LoadedDelivery } from './load';
import { renderBody, type RenderedBody } from './render';
import { requestOf } from './request-of';
import { againWith, type Access } from './send-again';
import { giveBack, send } from './send';

const TOO_SLOW = new GivenBackError(notSent(reasonText('database_slow')), false);
const NO_ANSWER = new GivenBackError(notSent(reasonText('database_silent')), false);

/** How an attempt is made. */
export interface AttemptOptions {
  /** Inside a workflow task, which it must not occupy for long. */
  readonly inline: boolean;
  /** Aborts when requests in flight are to be given back. */
  readonly shutdown?: AbortSignal;
}

/** An attempt whose request is being made. */
export interface AttemptUnderWay {
  readonly kind: 'underWay';
  readonly attemptId: string;
  /** How it ended, once that is recorded. Never rejects. */
  readonly ended: Promise<AttemptResult>;
  /** It goes on outside of the workflow task, since the receiver has not answered yet. */
  leaveTask(): void;
}

/**
 * Begins one attempt of a delivery, or tells why none is made. Never throws for what the receiver does or for a database
 * that is away.
 */
export async function makeAttempt(
  context: AttemptContext,
  deliveryId: string,
  options: AttemptOptions & { readonly inline: false },
): Promise<AttemptResult | AttemptUnderWay>;
export async function makeAttempt(
  context: AttemptContext,
  deliveryId: string,
  options: AttemptOptions,
): Promise<AttemptResult | NotInline | AttemptUnderWay>;
export async function makeAttempt(
  context: AttemptContext,
  deliveryId: string,
  options: AttemptOptions,
): Promise<AttemptResult | NotInline | AttemptUnderWay> {
  const { logger, statements } = context;
  const lookedAt = performance.now();
  let delivery: LoadedDelivery | undefined;
  let ready: ReadyAttempt | AttemptResult | NotInline;
  try {
    delivery = await statements.load(deliveryId);
    if (!delivery) return { kind: 'finished', status: 'gone', statusCode: null };
    ready = await prepare(context, delivery, options.inline);
  } catch (error) {
    if (delivery && error instanceof SealError) await noteUnreadable(context, delivery, error);
    const about = delivery ? idsOf(delivery) : { deliveryId };
    logger.warn({ ...about, err: error }, 'attempt not begun; it will be, and none is spent');
    return { kind: 'busy', retryInMs: OUR_TROUBLE_MS };
  }
  if ('kind' in ready) return ready;
  if (performance.now() - lookedAt <= BEGIN_LIMIT_MS) return underWay(context, ready, options.shutdown);
  ready.place.release();
  return giveBack(context, ready.delivery, ready.attempt.attemptId, TOO_SLOW);
}

/** No key of this process opens what the delivery needs; with the right one it goes on by itself. */
async function noteUnreadable(
  { db, logger }: AttemptContext,
  delivery: LoadedDelivery,
  { reason }: SealError,
): Promise<void> {
  await noteTrouble(
    db,
    delivery.id,
    delivery.outboxVersion,
    notSent(joinReasons(reasonText('undecryptable'), reason)),
  ).catch((error: unknown) =>
    logger.warn({ ...idsOf(delivery), err: error }, 'why a delivery is not sent was not recorded'),
  );
}

function underWay(context: AttemptContext, ready: ReadyAttempt, shutdown?: AbortSignal): AttemptUnderWay {
  const { delivery, attempt, place } = ready;
  const ended = send(context, ready, shutdown).catch((error: unknown): AttemptResult => {
    context.logger.error(
      { ...idsOf(delivery), attemptId: attempt.attemptId, err: error },
      'an attempt failed by a mistake of ours; it will be made again',
    );
    return { kind: 'busy', retryInMs: OUR_TROUBLE_MS };
  });
  const leaveTask = (): void => {
    context.watch.noteUnanswered(delivery.subscriptionId);
    place.leaveTask();
  };
  return { kind: 'underWay', attemptId: attempt.attemptId, ended, leaveTask };
}

/** The delivery changed since it was loaded; load it again. */
const LOOK_AGAIN: AttemptResult = { kind: 'busy', retryInMs: 1 };

async function prepare(
  context: AttemptContext,
  delivery: LoadedDelivery,
  inline: boolean,
): Promise<ReadyAttempt | AttemptResult | NotInline> {
  const { db } = context;
  const finish = async (status: 'cancelled' | 'expired', reason: string): Promise<AttemptResult> => {
    await db.$transaction((tx) => finishUnsent(tx, [delivery.id], status, reason));
    context.metrics.ended(delivery, status);
    context.outboxChanged();
    return { kind: 'finished', status, statusCode: delivery.lastStatusCode };
  };
  if (delivery.subscriptionDeleted) {
    return refuseFinished(delivery) ?? finish('cancelled', reasonText('subscription_deleted'));
  }
  if (delivery.citizenDeleted) return refuseFinished(delivery) ?? finish('cancelled', CITIZEN_DELETED);
  if (delivery.expired) return refuseFinished(delivery) ?? finish('expired', reasonText('email_expired'));
  const refused = refuse(delivery);
  if (refused) {
    if (refused.kind === 'paused' || refused.kind === 'blocked') {
      return (await park(db, delivery, refused)) ? refused : LOOK_AGAIN;
    }
    // It looks again by itself: the dispatcher need not go on telling it to, nor the sweep.
    if (refused.kind === 'busy') await noteLook(db, delivery.id, delivery.outboxVersion);
    return refused;
  }
  if (delivery.heldBack) return hold(context, delivery);
  const { subscriptionId, maxInFlight, url } = delivery;
  const grant = grantOf(context.sealer, delivery);
  const taken = grant && (await context.tokens.take(subscriptionId, grant, { waitMs: SHORT_WAIT_MS }));
  if (taken && taken.token === undefined) {
    await noteLook(db, delivery.id, delivery.outboxVersion);
    return {
      kind: 'busy',
      retryInMs: Math.ceil(taken.retryInMs),
      inTurn: true,
      isShown: true,
      awaits: 'token',
    };
  }
  const place = context.watch.enter({ subscriptionId, maxInFlight, origin: new URL(url).origin }, inline, {
    probes: isProbed(context, delivery),
  });
  if (place.noPlace === 'notInline') return { kind: 'notInline' };
  if (place.noPlace === 'full') {
    await noteLook(db, delivery.id, delivery.outboxVersion);
    return { kind: 'busy', retryInMs: place.retryInMs, inTurn: true, isShown: true };
  }
  let ready: ReadyAttempt | AttemptResult | undefined;
  try {
    const rendered = await renderBody(context, delivery);
    ready = rendered
      ? await begin(context, delivery, rendered, place, grant && taken && { grant, token: taken.token })
      : await finish('cancelled', reasonText('superseded'));
    return ready;
  } finally {
    if (!ready || 'kind' in ready) place.release();
  }
}

/** It sleeps as after a failed cycle, without a request: its endpoint fails, and another delivery knocks. */
async function hold({ db, times }: AttemptContext, delivery: LoadedDelivery): Promise<AttemptResult> {
  const sleepMs = await holdBack(db, delivery, times.retryIntervalMs);
  if (sleepMs === undefined) return LOOK_AGAIN;
  return { kind: 'failed', statusCode: delivery.lastStatusCode, attemptsLeft: 0, sleepMs };
}

/** False when there is nothing to wait for any more. */
async function park(
  db: Database,
  delivery: LoadedDelivery,
  { kind }: Extract<AttemptResult, { kind: 'paused' | 'blocked' }>,
): Promise<boolean> {
  if (kind === 'blocked' && !delivery.blocked && delivery.inFlight) {
    return parkBehindAttempt(db, delivery, delivery.inFlight.attemptId);
  }
  return (await parkDeliveries(db, kind, [delivery])).has(delivery.id);
}

async function begin(
  context: AttemptContext,
  delivery: LoadedDelivery,
  rendered: RenderedBody,
  place: Place,
  access: Access | undefined,
): Promise<ReadyAttempt | AttemptResult> {
  const { sealer, logger, statements } = context;
  const credentials = openCredentials(sealer, delivery, access?.token);
  // It never falls for a citizen: a resend carries the highest that was sent (rule `sequence-never-falls`).
  const sentSequence = Math.max(rendered.sequence, delivery.sentSequence);
  const request = requestOf(sealer, delivery, { ...rendered, sequence: sentSequence }, credentials);
  const again = access && againWith(context, delivery, { ...rendered, sequence: sentSequence }, access);
  const attemptId = newId();
  let attempt: BegunAttempt | undefined;
  try {
    attempt = await statements.begin({
      ...{ attemptId, delivery, sentSequence },
      bodySealed: sealer.seal(rendered.body, 'payload'),
      requestHeaders: redactRequestHeaders(request),
    });
  } catch (error) {
    logger.warn(
      { ...idsOf(delivery), attemptId, err: error },
      'whether an attempt is written down is not known',
    );
    // An answer is lost with its connection. Nothing is sent under this id, whose ordering key would wait for it.
    return giveBack(context, delivery, attemptId, NO_ANSWER);
  }
  const secrets = [...secretsOf(credentials, request.url), ...(rendered.secrets ?? [])];
  const { stateDigest } = rendered;
  return attempt ? { delivery, attempt, request, stateDigest, again, secrets, place } : LOOK_AGAIN;
}

function refuseFinished(delivery: LoadedDelivery): AttemptResult | undefined {
  const refused = refuse(delivery);
  return refused?.kind === 'finished' || refused?.kind === 'busy' ? refused : undefined;
}
