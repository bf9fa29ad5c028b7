/**
 * One delivery, from the change to a 2xx answer or a cancel, for as many days as it takes.
 *
 * ```
 * attempt ─ failed, attempts left ─► backoff ─► attempt
 *    │ └─── failed, none left ─────► an hour's sleep, or a signal ─► new cycle
 *    ├─ paused / blocked ──────────► a signal ─► attempt
 *    ├─ busy (our own trouble) ────► a short wait ─► attempt, none spent
 *    ├─ continuing (inline only) ──► its end, by a signal ─► as above
 *    └─ finished ──────────────────► done
 * ```
 *
 * Everything it knows of the world comes from an activity that reads delivery and subscription afresh. A signal ends a wait
 * and carries nothing but its name, which says why. It is therefore safe to lose, repeat or delay one. Only `attemptEnded`
 * carries a result, which takes the place of an activity's; where it is lost, the database knows the same.
 */
import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { attemptInline, attemptNormally, cancelDelivery, recorded } from './attempt';
import {
  ATTEMPTS_PER_CYCLE,
  attemptEnded,
  predecessorFinished,
  retryNow,
  stateQuery,
  subscriptionChanged,
  type AttemptResult,
  type Continuing,
  type DeliverWebhookInput,
  type DeliverWebhookResult,
  type DeliveryStatus,
  type AttemptEnd,
} from './contract';
import { after, sayEnded, saySince } from '../shared/details';
import { attributes, labelAttributes } from '../shared/search-attributes';

/** A run ends after this many sleeps (about four days of hours), long before its history is large. */
const WAITS_PER_RUN = 100;
/** Longest pause between looks while our own side is in trouble. */
const BUSY_CAP_MS = 15_000;

/** Delivers one webhook. Signals: see the contract; query: `state`. */
export async function deliverWebhook(input: DeliverWebhookInput): Promise<DeliverWebhookResult> {
  const delivery = new RunningDelivery(input);
  try {
    return await delivery.run();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const end = await CancellationScope.nonCancellable(() => cancelDelivery(input.deliveryId));
    delivery.show(end.status === 'gone' ? 'cancelled' : end.status);
    delivery.sayEnded(end.status);
    // A 2xx that was in flight when the cancel came makes it delivered (rule `finished-stays-finished`).
    if (end.status === 'delivered') return end;
    throw error;
  }
}

class RunningDelivery {
  private signalled = false;
  /** The latest attempt that was over after it had left its workflow task. */
  private ended: AttemptEnd | undefined;
  private waits = 0;
  private busyInARow = 0;
  private attemptsLeft = ATTEMPTS_PER_CYCLE;
  private inlineNext: boolean;
  private status: DeliveryStatus = 'delivering';
  private lastStatusCode: number | null = null;
  /** Happy deliveries upsert once, in their last task. */
  private shown: DeliveryStatus | undefined;

  /** An earlier run may have shown a status, which a search attribute keeps. */
  private readonly continued = workflowInfo().continuedFromExecutionRunId !== undefined;
  /** Whether visibility has been told what the delivery is found by. */
  private labelled = this.continued;

  constructor(private readonly input: DeliverWebhookInput) {
    this.inlineNext = input.inlineFirst;
    const endWait = (): void => {
      this.signalled = true;
    };
    setHandler(retryNow, endWait);
    setHandler(subscriptionChanged, endWait);
    setHandler(predecessorFinished, endWait);
    setHandler(attemptEnded, (ended) => {
      this.ended = ended;
    });
    setHandler(stateQuery, () => ({
      status: this.status,
      cyclesInRun: this.waits,
      lastStatusCode: this.lastStatusCode,
    }));
  }

  async run(): Promise<DeliverWebhookResult> {
    for (;;) {
      // Right before an attempt, so that the next run's first load does what a signal was sent for.
      if (this.waits >= WAITS_PER_RUN || workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof deliverWebhook>({ ...this.input, inlineFirst: false });
      }
      this.signalled = false; // before the load, never after: a signal during the load must not be lost (rule `signal-before-load`)
      const result = await this.attempt();
      if (result.kind === 'finished') return this.finish(result.status, result.statusCode);
      await this.wait(result);
      this.inlineNext = this.signalled && this.input.inlineAfterSignal === true;
    }
  }

  private async attempt(): Promise<AttemptResult> {
    this.status = 'delivering';
    const inline = this.inlineNext;
    this.inlineNext = false;
    if (inline) {
      const result = await attemptInline(this.input);
      if (result.kind !== 'notInline' && result.kind !== 'continuing') return result;
      this.showUnderWay();
      const ended = result.kind === 'continuing' ? await this.endOf(result) : undefined;
      if (ended) return ended;
    }
    this.showUnderWay();
    this.say('a request is being made', `Attempts left of this cycle: ${this.attemptsLeft}.`);
    return attemptNormally(this.input, this.attemptsLeft);
  }

  /**
   * How an attempt ended that left its workflow task; undefined where that is not told in time. A cancel awaits it too: a
   * 2xx may be under way.
   */
  private endOf({ attemptId, withinMs }: Continuing): Promise<AttemptResult | undefined> {
    return CancellationScope.nonCancellable(async () => {
      this.say('waits for the answer of the endpoint', `It is over by ${after(withinMs)}.`);
      await condition(() => this.ended?.attemptId === attemptId, withinMs, {
        summary: 'until the endpoint has answered',
      });
      return this.ended?.attemptId === attemptId ? recorded(this.ended.result) : undefined;
    });
  }

  /** Waits for whatever has to happen before the next attempt; every wait ends early on a signal. */
  private async wait(result: Exclude<AttemptResult, { kind: 'finished' }>): Promise<void> {
    this.busyInARow = result.kind === 'busy' && !result.inTurn ? this.busyInARow + 1 : 0;
    switch (result.kind) {
      case 'paused':
      case 'blocked':
        this.attemptsLeft = ATTEMPTS_PER_CYCLE;
        this.waits += 1;
        this.show(result.kind);
        if (result.kind === 'blocked' && result.retryInMs !== undefined) {
          this.say(
            'waits for a request of another delivery of the same citizen to be over',
            `That is by ${after(result.retryInMs)} at the latest.`,
          );
          return this.waitFor(result.retryInMs, 'a request of the same citizen is in flight');
        }
        this.say(...ENDLESS_WAITS[result.kind]);
        return condition(() => this.signalled);
      case 'busy': {
        if (result.inTurn) {
          if (result.isShown) this.showUnderWay();
          const summary =
            result.awaits === 'token'
              ? 'until there is an access token'
              : 'until it is its turn at the endpoint';
          this.say(`waits ${summary}`, `It looks again at ${after(result.retryInMs)}.`);
          return this.waitFor(result.retryInMs, summary);
        }
        const wait = Math.min(result.retryInMs * 2 ** Math.min(this.busyInARow - 1, 5), BUSY_CAP_MS);
        this.say('no attempt is possible, for a trouble of our own', `It looks again at ${after(wait)}.`);
        return this.waitFor(wait, 'no attempt was possible');
      }
      case 'failed':
        this.lastStatusCode = result.statusCode;
        if (result.attemptsLeft > 0) {
          const made = ATTEMPTS_PER_CYCLE - result.attemptsLeft;
          this.attemptsLeft = result.attemptsLeft;
          // A result of a version that did not look at it has no wait: its run goes on as it did.
          const [waitMs, summary] =
            result.waitMs === undefined
              ? [this.input.attemptBackoffMs * 2 ** (made - 1), 'backoff within the cycle']
              : [result.waitMs, 'as the endpoint has asked (Retry-After)'];
          this.say(
            `waits for the next attempt (${summary})`,
            `It is made at ${after(waitMs)}, and ${result.attemptsLeft} are left of this cycle.`,
          );
          return this.waitFor(waitMs, summary);
        }
        this.attemptsLeft = ATTEMPTS_PER_CYCLE;
        this.waits += 1;
        this.show('waiting');
        if (result.sleepMs <= 0) return;
        this.say(
          'waits for the next cycle of attempts',
          `That begins at ${after(result.sleepMs)}, or at once with the signal \`retryNow\`.`,
        );
        return this.waitFor(result.sleepMs, 'until the next cycle of attempts');
      case 'unrecorded':
        throw new TypeError('an unrecorded attempt is recorded before it gets here');
    }
  }

  private async waitFor(limitMs: number, summary: string): Promise<void> {
    await condition(() => this.signalled, limitMs, { summary });
  }

  private finish(status: DeliverWebhookResult['status'], statusCode: number | null): DeliverWebhookResult {
    if (statusCode !== null) this.lastStatusCode = statusCode;
    const { shows, showsEnd } = this.input;
    if ((shows || showsEnd || this.shown || this.continued) && status !== 'gone') this.show(status);
    if (status !== 'gone') this.status = status;
    this.sayEnded(status);
    return { status, lastStatusCode: this.lastStatusCode };
  }

  /** An attempt outlasts its workflow task. What has waited keeps its last status until it has another. */
  private showUnderWay(): void {
    if (this.input.shows && !this.shown && !this.continued) this.show('delivering');
  }

  /** Makes the status visible in the Web UI and to visibility queries. */
  show(status: DeliveryStatus): void {
    this.status = status;
    if (this.shown === status) return;
    this.shown = status;
    const code = this.lastStatusCode;
    const labels = this.labelled ? undefined : this.input.shows;
    this.labelled = true;
    upsertSearchAttributes([
      ...(labels ? labelAttributes(labels) : []),
      { key: attributes.deliveryStatus, value: status },
      ...(code === null ? [] : [{ key: attributes.lastStatusCode, value: code }]),
    ]);
  }

  /** Tells the reader of the Web UI what is so from now on, and what comes next. */
  private say(what: string, next: string): void {
    saySince(what, next + this.lastAnswer);
  }

  sayEnded(status: DeliverWebhookResult['status']): void {
    sayEnded(ENDS[status]);
  }

  private get lastAnswer(): string {
    return this.lastStatusCode === null ? '' : ` The last answer was HTTP ${this.lastStatusCode}.`;
  }
}

/** Waits that end by a signal alone, and what ends them. */
const ENDLESS_WAITS: Record<'paused' | 'blocked', [what: string, next: string]> = {
  paused: ['waits because its subscription is paused', 'It goes on when that is active again.'],
  blocked: [
    'waits for an earlier delivery of the same citizen',
    'It goes on when that one is finished; `waitsFor` of GET /v1/deliveries/{id} names it.',
  ],
};

/** How it ended, for the reader of the Web UI. */
const ENDS: Record<DeliverWebhookResult['status'], string> = {
  delivered: 'delivered',
  cancelled: 'cancelled',
  expired: 'expired before it could be delivered',
  gone: 'its citizen or subscription was erased',
};
