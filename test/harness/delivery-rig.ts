/** Runs the delivery workflow against a receiver whose behaviour a test scripts. */
import type { WorkflowClient, WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { activityInfo, ApplicationFailure, cancelled } from '@temporalio/activity';
import {
  ATTEMPT_FAILED,
  ATTEMPTS_PER_CYCLE,
  deliveryWorkflowId,
  type AttemptResult,
  type Continuing,
  type DeliverWebhookInput,
  type DeliverWebhookResult,
  type DeliveryActivities,
  type NotInline,
} from '../../workflows/deliver-webhook/contract';
import { WorkflowRig, type RunningWorkflow } from './workflow-rig';

/** What happens at one call of the POST activity; `crash` is a worker that dies in the middle of it. */
export type Act =
  | AttemptResult['kind']
  | 'delivered'
  | 'down'
  | 'crash'
  | 'bug'
  | ((workflow: WorkflowHandle) => Played | Promise<Played>);

/** What a call of the POST activity answers; the last two only inside a workflow task. */
type Played = AttemptResult | NotInline | Continuing;

export interface Call {
  readonly activity: keyof DeliveryActivities;
  /** By the server's clock, which skips. */
  readonly at: number;
}

export const RETRY_INTERVAL_MS = 3_600_000;

/** One environment a file. Its clock is global: run deliveries one after the other. */
export class DeliveryRig {
  readonly calls: Call[] = [];
  private script: Act[] = [];
  private fallback: Act = 'delivered';
  private failuresInCycle = 0;

  constructor(private readonly rig: WorkflowRig) {}

  static async create(): Promise<DeliveryRig> {
    return new DeliveryRig(await WorkflowRig.create());
  }

  /** Starts a delivery; the acts are played in turn, then `fallback` for ever. */
  async deliver<T>(
    options: { acts?: Act[]; fallback?: Act; input?: Partial<DeliverWebhookInput> },
    during: (handle: RunningWorkflow<DeliverWebhookResult>) => Promise<T>,
  ): Promise<T> {
    this.calls.length = 0;
    this.failuresInCycle = 0;
    this.script = [...(options.acts ?? [])];
    this.fallback = options.fallback ?? 'delivered';
    const deliveryId = `d-${Math.random().toString(36).slice(2)}`;
    const input: DeliverWebhookInput = {
      deliveryId,
      inlineFirst: false,
      attemptBackoffMs: 1_000,
      requestTimeoutMs: 15_000,
      ...options.input,
    };
    const workflowId = deliveryWorkflowId(deliveryId);
    return this.rig.run({ type: 'deliverWebhook', workflowId, input, activities: this.activities() }, during);
  }

  get env(): TestWorkflowEnvironment {
    return this.rig.env;
  }

  get client(): WorkflowClient {
    return this.rig.client;
  }

  /** Calls of the POST activity, inline or not. */
  get attempts(): Call[] {
    return this.calls.filter(({ activity }) => activity.startsWith('postWebhook'));
  }

  /** Whole minutes between one attempt and the next. */
  get gapsInMinutes(): number[] {
    return this.attempts
      .slice(1)
      .map((call, i) => Math.round((call.at - (this.attempts[i]?.at ?? 0)) / 60_000));
  }

  async teardown(): Promise<void> {
    await this.rig.teardown();
  }

  private activities(): DeliveryActivities {
    const act = async (activity: 'postWebhook' | 'postWebhookInline'): Promise<Played> => {
      this.calls.push({ activity, at: await this.env.currentTimeMs() });
      const next = this.script.shift() ?? this.fallback;
      const result = await this.play(next);
      if (result.kind === 'failed' && activity === 'postWebhook') {
        throw ApplicationFailure.create({
          type: ATTEMPT_FAILED,
          category: 'BENIGN',
          nonRetryable: result.attemptsLeft === 0 || result.waitMs !== undefined,
          details: [result],
        });
      }
      return result;
    };
    return {
      postWebhook: async () => (await act('postWebhook')) as AttemptResult,
      postWebhookInline: () => act('postWebhookInline'),
      recordAttempt: async (attempt) => {
        this.calls.push({ activity: 'recordAttempt', at: await this.env.currentTimeMs() });
        return { kind: 'finished', status: 'delivered', statusCode: attempt.statusCode };
      },
      cancelDelivery: async () => {
        this.calls.push({ activity: 'cancelDelivery', at: await this.env.currentTimeMs() });
        return { status: 'cancelled', lastStatusCode: null };
      },
    };
  }

  private async play(act: Act): Promise<Played> {
    if (typeof act === 'function')
      return act(this.client.getHandle(activityInfo().workflowExecution?.workflowId ?? ''));
    switch (act) {
      case 'delivered':
      case 'finished':
        return { kind: 'finished', status: 'delivered', statusCode: 200 };
      case 'paused':
      case 'blocked':
        return { kind: act };
      case 'busy':
        return { kind: 'busy', retryInMs: 500 };
      case 'down':
      case 'failed': {
        this.failuresInCycle = (this.failuresInCycle % ATTEMPTS_PER_CYCLE) + 1;
        const attemptsLeft = ATTEMPTS_PER_CYCLE - this.failuresInCycle;
        return {
          kind: 'failed',
          statusCode: 500,
          attemptsLeft,
          sleepMs: attemptsLeft === 0 ? RETRY_INTERVAL_MS : 0,
        };
      }
      case 'unrecorded':
        return {
          kind: 'unrecorded',
          attempt: {
            deliveryId: 'd',
            attemptId: 'a',
            outcome: 'delivered',
            statusCode: 200,
            error: null,
            durationMs: 5,
          },
        };
      case 'crash':
        return cancelled(); // never answers: its start-to-close timeout ends it
      case 'bug':
        throw ApplicationFailure.nonRetryable('a mistake of ours');
    }
  }
}
