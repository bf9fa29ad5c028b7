/** Requests on their way to the receivers, and what is never to be seen of them. */
import {
  GivenBackError,
  type PostOutcome,
  type WebhookPoster,
  type WebhookRequest,
} from '../../../src/delivery/http/post';
import { ofEachKind, readWebhook, type ReadWebhook } from '../../harness/receivers';
import type { Clock } from './clock';
import { forever, Life } from './life';
import type { Steps } from './steps';

export const REQUEST_TIMEOUT_MS = 15_000;

/** How the endpoint answers: it takes what comes, at once or slowly, or fails before it does anything, or right after. */
export type Mood = 'takes' | 'takes slowly' | 'fails' | 'takes and fails';

/** Of a slow answer. */
const SLOW_MS = 8_000;

interface InFlight {
  readonly key: string;
  /** By the clock. A machine that is slow enough has it pass before the timer rings. */
  readonly until: number;
  over: boolean;
}

export class Network {
  readonly receivers = ofEachKind();
  readonly violations: string[] = [];
  mood: Mood = 'takes';
  /** Ordering keys of which a request was cut off by the end of its worker. */
  readonly cutOff = new Set<string>();
  private readonly flying = new Set<InFlight>();
  private readonly sequences = new Map<string, number>();
  private readonly contents = new Map<string, string>();
  /** What happens between the processes. */
  readonly line = new Life('network');

  constructor(
    private readonly steps: Steps,
    private readonly clock: Clock,
  ) {}

  /** The poster of a worker. */
  posterOf(life: Life): WebhookPoster {
    return {
      post: (request, shutdown) => this.post(life, request, shutdown),
      close: () => Promise.resolve(),
    };
  }

  get idle(): boolean {
    return this.flying.size === 0;
  }

  private async post(life: Life, request: WebhookRequest, shutdown?: AbortSignal): Promise<PostOutcome> {
    if (shutdown?.aborted) throw new GivenBackError('the worker stops', false);
    const webhook = readWebhook(request);
    const key = `${webhook.subscriptionId} ${webhook.externalRef}`;
    const flight: InFlight = { key, until: this.clock.now + REQUEST_TIMEOUT_MS, over: false };
    for (const other of this.flying)
      if (other.key === key && !this.isOver(other))
        this.violations.push(`two requests of one ordering key in flight: ${webhook.id}`);
    this.flying.add(flight);
    const end = (): void => {
      flight.over = true;
      this.flying.delete(flight);
    };
    const takeBack = life.atEnd(() => this.cutOff.add(key));
    const answered = this.travel(life, flight, webhook, end);
    const late = new Promise<PostOutcome>((resolve) => {
      const stop = this.clock.after(REQUEST_TIMEOUT_MS, () => {
        end();
        resolve(outcome(null));
      });
      void answered.then(stop);
    });
    const ended = await Promise.race([answered, late]);
    takeBack();
    return life.alive ? ended : forever();
  }

  /** It arrives although its worker may be dead by then, but not once its time is over. */
  private async travel(
    life: Life,
    flight: InFlight,
    webhook: ReadWebhook,
    end: () => void,
  ): Promise<PostOutcome> {
    const isLate = (): boolean => {
      const over = this.isOver(flight);
      if (over) end();
      return over;
    };
    await this.steps.turn(this.line, `request ${webhook.id.slice(-6)} arrives`);
    if (isLate()) return outcome(null);
    const { mood } = this;
    if (mood !== 'fails') this.receive(flight.key, webhook);
    if (!life.alive) {
      end();
      return forever();
    }
    if (mood === 'takes slowly') await new Promise<void>((resolve) => this.clock.after(SLOW_MS, resolve));
    await this.steps.turn(this.line, `its answer arrives`);
    if (isLate()) return outcome(null);
    end();
    return outcome(mood === 'takes' || mood === 'takes slowly' ? 200 : 500);
  }

  private isOver({ over, until }: InFlight): boolean {
    return over || this.clock.now >= until;
  }

  private receive(key: string, webhook: ReadWebhook): void {
    const before = this.sequences.get(key) ?? 0;
    if (webhook.sequence < before)
      this.violations.push(`the sequence fell from ${before} to ${webhook.sequence}`);
    this.sequences.set(key, webhook.sequence);
    const says = JSON.stringify(webhook.says);
    const said = this.contents.get(webhook.id);
    if (said !== undefined && said !== says)
      this.violations.push(`one id, two contents: ${said} and ${says}`);
    this.contents.set(webhook.id, says);
    for (const receiver of Object.values(this.receivers)) receiver.receive(webhook);
  }
}

function outcome(statusCode: number | null): PostOutcome {
  const delivered = statusCode === 200;
  return {
    ...{ delivered, statusCode, durationMs: 5, responseHeaders: {}, responseBody: '', retryAfterMs: null },
    error: delivered ? null : statusCode === null ? 'no answer in time' : `HTTP ${statusCode}`,
    failure: delivered ? null : statusCode === null ? 'timeout' : 'answered',
  };
}
