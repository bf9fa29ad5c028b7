import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { temporal } from '@temporalio/proto';
import { TASK_QUEUE } from '../../workflows/shared/task-queue';
import {
  optInChanged,
  optInWorkflowId,
  type DoubleOptInResult,
  type OptInEnd,
  type OptInProgress,
} from '../../workflows/double-opt-in/contract';
import { timeSkippingEnvironment } from '../harness/temporal';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let env: TestWorkflowEnvironment;
let bundle: WorkflowBundle;
beforeAll(async () => {
  env = await timeSkippingEnvironment();
  bundle = await bundleWorkflowCode({
    workflowsPath: path.resolve(__dirname, '../../workflows/index.ts'),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
});
afterAll(() => env.teardown());

type Look = OptInProgress | Error | ((workflow: WorkflowHandle) => Promise<OptInProgress>);
type Handle = WorkflowHandle<() => Promise<DoubleOptInResult>>;

const waiting = (waitMs: number, next: 'e-mail' | 'reminder' | 'expiry'): OptInProgress => ({
  kind: 'waiting',
  waitMs,
  next,
});
const ended = (status: OptInEnd | 'gone'): OptInProgress => ({ kind: 'ended', status });
let runs = 0;

/** Runs an opt-in whose steps return the given results one after the other; answers with the hours between the steps. */
async function play(looks: readonly Look[], during: (handle: Handle) => Promise<unknown>): Promise<number[]> {
  const at: number[] = [];
  const left = [...looks];
  const workflowId = optInWorkflowId(`o-${(runs += 1)}`);
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowBundle: bundle,
    activities: {
      async processOptIn(): Promise<OptInProgress> {
        at.push(await env.currentTimeMs());
        const look = left.shift();
        if (look === undefined) throw ApplicationFailure.nonRetryable('looked once too often');
        if (look instanceof Error) throw look;
        return typeof look === 'function' ? look(env.client.workflow.getHandle(workflowId)) : look;
      },
    },
  });
  await worker.runUntil(async () => {
    const handle = await env.client.workflow.start<() => Promise<DoubleOptInResult>>('doubleOptIn', {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [{ optInId: `o-${runs}` }] as never,
    });
    await during(handle);
  });
  return at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / HOUR_MS));
}

const endsAs = (status: string) => async (handle: Handle) =>
  expect(await handle.result()).toEqual({ status });

describe('a double opt-in', () => {
  it('waits for the reminder, then for the expiry, and ends there', async () => {
    const looks = [waiting(2 * DAY_MS, 'reminder'), waiting(5 * DAY_MS, 'expiry'), ended('expired')];
    expect(await play(looks, endsAs('expired'))).toEqual([48, 120]);
  });

  it.each(['confirmed', 'declined', 'voided'] as const)('ends at once when it is %s', async (status) => {
    const gaps = await play([waiting(7 * DAY_MS, 'expiry'), ended(status)], async (handle) => {
      await env.sleep('3 days');
      await handle.signal(optInChanged);
      await endsAs(status)(handle);
    });
    expect(gaps).toEqual([72]);
  });

  it('looks again when a submission joins it', async () => {
    const looks = [waiting(7 * DAY_MS, 'expiry'), waiting(7 * DAY_MS, 'expiry'), ended('expired')];
    const gaps = await play(looks, async (handle) => {
      await env.sleep('1 day');
      await handle.signal(optInChanged);
      await endsAs('expired')(handle);
    });
    expect(gaps).toEqual([24, 168]);
  });

  it('loses no signal that comes while it looks', async () => {
    const looks: Look[] = [
      async (workflow) => {
        await workflow.signal(optInChanged);
        return waiting(7 * DAY_MS, 'expiry');
      },
      ended('confirmed'),
    ];
    expect(await play(looks, endsAs('confirmed'))).toEqual([0]);
  });

  it('tries again for as long as our own side is in trouble', async () => {
    const trouble = Array.from({ length: 200 }, () => new Error('the database is away'));
    const gaps = await play([...trouble, ended('gone')], endsAs('gone'));
    expect(gaps).toHaveLength(200);
    expect(Math.max(...gaps)).toBe(0);
  });

  it('ends where nothing is left of it', async () => {
    expect(await play([ended('gone')], endsAs('gone'))).toEqual([]);
  });

  it('holds nothing but its id', async () => {
    await play([ended('confirmed')], async (handle) => {
      await handle.result();
      const { events } = await handle.fetchHistory();
      const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toEqual({ optInId: `o-${runs}` });
    });
  });
});

/** Recorded by an earlier build: what is deployed must be able to go on with them. In the form of `History.toObject`. */
describe('recorded histories', () => {
  const directory = path.join(__dirname, '../histories/double-opt-in');
  const files = readdirSync(directory);

  it('are there', () => expect(files.length).toBeGreaterThan(0));

  it.each(files)('%s is replayed alike', async (file) => {
    const recorded = JSON.parse(readFileSync(path.join(directory, file), 'utf8')) as Record<string, unknown>;
    const history = temporal.api.history.v1.History.fromObject(recorded);
    await Worker.runReplayHistory({ workflowBundle: bundle }, history);
  });
});
