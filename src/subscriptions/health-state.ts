/** The health of a subscription in one word, with the reason (rule `health-tells-the-truth`). */
import { MOST_COUNTED } from '../platform/most-counted';

/** From the best to the worst, and `paused`. */
export const HEALTH_STATES = ['healthy', 'recovering', 'degraded', 'failing', 'paused'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

const WORST_FIRST: readonly HealthState[] = [
  ...HEALTH_STATES.filter((state) => state !== 'paused').toReversed(),
  'paused',
];

/** The place of a state among all, from the worst on; what is paused comes last. */
export function rankOf(state: HealthState): number {
  return WORST_FIRST.indexOf(state);
}

/** Why a subscription is in its state; the admin UI has words of its own for each. */
export const HEALTH_CAUSES = [
  'nothing_sent',
  'all_delivered',
  'under_way',
  'recovered',
  'some_fail',
  'late',
  'all_fail',
  'last_failed',
  'no_access_token',
  'paused',
] as const;
export type HealthCause = (typeof HEALTH_CAUSES)[number];

/** What is known of a subscription's deliveries. */
export interface HealthFacts {
  readonly now: Date;
  readonly isPaused: boolean;
  readonly pausedAt: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastError: string | null;
  /** The first success since the last failure. */
  readonly worksSince: Date | null;
  /** The first failure since the last success. */
  readonly failsSince: Date | null;
  /** Unfinished deliveries, counted up to {@link MOST_COUNTED}, and when the oldest was created. */
  readonly waiting: number;
  readonly oldestAt: Date | null;
  /** Since when the longest failing one of them has. */
  readonly oldestFailingAt: Date | null;
  /** One sleeps that has begun to fail since the last success before it. */
  readonly awaitsRecovery: boolean;
  /** One sleeps although others have been delivered since it began to fail. */
  readonly sleeps: boolean;
  readonly tokenError: string | null;
  readonly tokenFailingSince: Date | null;
}

interface Judgement {
  readonly state: HealthState;
  readonly cause: HealthCause;
  /** Since when; null where nothing has been sent. */
  readonly since: Date | null;
}

/** A delivery that has not failed is under way for so long, and late from then on. Milliseconds. */
const LATE_MS = 10_000;

/** Healthy is only what has nothing that waits: what is under way has been so for seconds, and no attempt of it has failed. */
export function judge(facts: HealthFacts): Judgement {
  const { isPaused, pausedAt, lastSuccessAt, lastFailureAt, waiting, oldestAt, oldestFailingAt } = facts;
  if (isPaused) return { state: 'paused', cause: 'paused', since: pausedAt };
  if (facts.tokenError !== null)
    return { state: 'failing', cause: 'no_access_token', since: facts.tokenFailingSince };
  const hasFailed = lastFailureAt !== null && (lastSuccessAt === null || lastFailureAt > lastSuccessAt);
  if (hasFailed)
    return { state: 'failing', cause: waiting > 0 ? 'all_fail' : 'last_failed', since: facts.failsSince };
  if (oldestFailingAt !== null) {
    const recovers = facts.awaitsRecovery || !facts.sleeps;
    return recovers
      ? { state: 'recovering', cause: 'recovered', since: facts.worksSince }
      : { state: 'degraded', cause: 'some_fail', since: oldestFailingAt };
  }
  if (oldestAt !== null && facts.now.getTime() - oldestAt.getTime() > LATE_MS)
    return { state: 'degraded', cause: 'late', since: oldestAt };
  if (waiting > 0) return { state: 'healthy', cause: 'under_way', since: facts.worksSince };
  if (lastSuccessAt === null) return { state: 'healthy', cause: 'nothing_sent', since: null };
  return { state: 'healthy', cause: 'all_delivered', since: facts.worksSince };
}

/** The reason in plain words. */
export function sentence(cause: HealthCause, { waiting, lastError, tokenError }: HealthFacts): string {
  const many = waiting === MOST_COUNTED ? `${waiting} or more` : `${waiting}`;
  const [deliveries, wait] = waiting === 1 ? ['1 delivery', 'waits'] : [`${many} deliveries`, 'wait'];
  const error = lastError ?? 'unknown';
  switch (cause) {
    case 'nothing_sent':
      return 'Nothing has been sent yet.';
    case 'all_delivered':
      return 'Everything is delivered.';
    case 'under_way':
      return `Everything is delivered but for what is under way: ${deliveries}.`;
    case 'recovered':
      return `The endpoint accepts webhooks again; ${deliveries} ${waiting === 1 ? 'has' : 'have'} yet to be delivered.`;
    case 'some_fail':
      return `Others are delivered, but ${deliveries} ${wait}. Last failure: ${error}.`;
    case 'late':
      return `No attempt has failed, but ${deliveries} ${wait} longer than usual.`;
    case 'all_fail':
      return `The last attempt failed, and nothing has been delivered since; ${deliveries} ${wait}. Last failure: ${error}.`;
    case 'last_failed':
      return `The last attempt failed, and nothing has been delivered since; nothing waits. Last failure: ${error}.`;
    case 'no_access_token':
      return `No access token is to be had, so ${deliveries} ${wait}: ${tokenError ?? error}.`;
    case 'paused':
      return waiting === 0
        ? 'It is paused.'
        : `It is paused; ${deliveries} ${wait} until it is active again.`;
  }
}
