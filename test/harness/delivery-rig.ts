/** Runs the real workflow on a time-skipping server, against a receiver whose behaviour a test scripts. */
import path from 'node:path';
import { existsSync } from 'node:fs';
import type {
  WorkflowClient,
  WorkflowHandle,
  WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { activityInfo, ApplicationFailure, cancelled } from '@temporalio/activity';
import {
  ATTEMPT_FAILED,
  ATTEMPTS_PER_CYCLE,
  deliveryWorkflowId,
  type AttemptResult,
  type DeliverWebhookInput,
  type DeliverWebhookResult,
  type DeliveryActivities,
} from '../../workflows/deliver-webhook/contract';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import { timeSkippingEnvironment } from './temporal';

/** What happens at one call of the POST activity; `crash` is a worker that dies in the middle of it. */
export type Act =
  | AttemptResult['kind']
  | 'delivered'
  | 'down'
  | 'crash'
  | 'bug'
  | ((workflow: WorkflowHandle) => AttemptResult | Promise<AttemptResult>);

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

  private constructor(
    readonly env: TestWorkflowEnvironment,
    private readonly bundle: WorkflowBundleOption,
  ) {}

  static async create(): Promise<DeliveryRig> {
    const built = path.resolve(__dirname, '../../dist/workflow-bundle.js');
    const bundle = existsSync(built)
      ? { codePath: built }
      : await bundleWorkflowCode({ workflowsPath: path.resolve(__dirname, '../../workflows/index.ts') });
    return new DeliveryRig(await timeSkippingEnvironment(), bundle);
  }

  /** Starts a delivery; the acts are played in turn, then `fallback` for ever. */
  async deliver<T>(
    options: { acts?: Act[]; fallback?: Act; input?: Partial<DeliverWebhookInput> },
    during: (
      handle: WorkflowHandleWithFirstExecutionRunId<() => Promise<DeliverWebhookResult>>,
    ) => Promise<T>,
  ): Promise<T> {
    this.calls.length = 0;
    this.failuresInCycle = 0;
    this.script = [...(options.acts ?? [])];
    this.fallback = options.fallback ?? 'delivered';
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: this.bundle,
      activities: this.activities(),
    });
    const deliveryId = `d-${Math.random().toString(36).slice(2)}`;
    return worker.runUntil(async () => {
      const handle = await this.client.start<() => Promise<DeliverWebhookResult>>('deliverWebhook', {
        workflowId: deliveryWorkflowId(deliveryId),
        taskQueue: TASK_QUEUE,
        args: [
          {
            deliveryId,
            inlineFirst: false,
            attemptBackoffMs: 1_000,
            requestTimeoutMs: 15_000,
            ...options.input,
          },
        ] as never,
      });
      return during(handle);
    });
  }

  get client(): WorkflowClient {
    return this.env.client.workflow;
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
    await this.env.teardown();
  }

  private activities(): DeliveryActivities {
    const act = async (activity: 'postWebhook' | 'postWebhookInline'): Promise<AttemptResult> => {
      this.calls.push({ activity, at: await this.env.currentTimeMs() });
      const next = this.script.shift() ?? this.fallback;
      const result = await this.play(next);
      if (result.kind === 'failed' && activity === 'postWebhook') {
        throw ApplicationFailure.create({
          type: ATTEMPT_FAILED,
          category: 'BENIGN',
          nonRetryable: result.attemptsLeft === 0,
          details: [result],
        });
      }
      return result;
    };
    return {
      postWebhook: () => act('postWebhook'),
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

  private async play(act: Act): Promise<AttemptResult> {
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
