/** The shapes that a delivery's life can take. */
import type { WorkflowHandle } from '@temporalio/client';
import {
  attemptEnded,
  predecessorFinished,
  retryNow,
  stateQuery,
  subscriptionChanged,
  type AttemptResult,
  type DeliverWebhookInput,
  type DeliveryStatus,
} from '../../../workflows/deliver-webhook/contract';
import { DeliveryRig, type Act } from '../delivery-rig';
import type { Shape } from './shape';

interface DeliveryShape {
  readonly acts?: Act[];
  readonly fallback?: Act;
  readonly input?: Partial<DeliverWebhookInput>;
  /** What happens meanwhile; by default its end is awaited. */
  readonly meanwhile?: (handle: WorkflowHandle, rig: DeliveryRig) => Promise<unknown>;
}

const cycles = (count: number): Act[] => Array.from({ length: count * 3 }, () => 'down');
const shortCycle: Act = () => ({ kind: 'failed', statusCode: 503, attemptsLeft: 0, sleepMs: 1_000 });

async function until(handle: WorkflowHandle, rig: DeliveryRig, status: DeliveryStatus): Promise<void> {
  while ((await handle.query(stateQuery)).status !== status) await rig.env.sleep(200);
}

const wokenFrom =
  (status: DeliveryStatus) =>
  async (handle: WorkflowHandle, rig: DeliveryRig): Promise<void> => {
    await until(handle, rig, status);
    await handle.signal(retryNow);
    await handle.result();
  };

const stillIn =
  (status: DeliveryStatus) =>
  (handle: WorkflowHandle, rig: DeliveryRig): Promise<void> =>
    until(handle, rig, status);

const askedToWait: Act = () => ({
  ...{ kind: 'failed', statusCode: 429, attemptsLeft: 2, sleepMs: 0 },
  waitMs: 60_000,
});

const continuing: Act = () => ({ kind: 'continuing', attemptId: 'a-1', withinMs: 20_000 });

const endingWith =
  (result: AttemptResult) =>
  async (handle: WorkflowHandle, rig: DeliveryRig): Promise<void> => {
    while (rig.attempts.length === 0) await rig.env.sleep(200);
    await handle.signal(attemptEnded, { attemptId: 'a-1', result });
    await handle.result();
  };

const shows = {
  applicationId: 'app',
  subscriptionId: 's-1',
  citizenId: 'c-1',
  updateType: 'consent-receipts',
};

const SHAPES: Readonly<Record<string, DeliveryShape>> = {
  'delivered-inline': { input: { inlineFirst: true } },
  'delivered-normally': {},
  'end-shown': { input: { inlineFirst: true, showsEnd: true } },
  'shown-at-its-end': { input: { inlineFirst: true, shows } },
  'shown-under-way': { acts: ['down'], input: { inlineFirst: true, shows } },
  'shown-while-it-waits': { acts: cycles(1), input: { shows } },
  'inline-failed-then-normal': { acts: ['down', 'down'], input: { inlineFirst: true } },
  'inline-continued-then-delivered': {
    ...{ acts: [continuing], input: { inlineFirst: true } },
    meanwhile: endingWith({ kind: 'finished', status: 'delivered', statusCode: 200 }),
  },
  'inline-continued-then-failed': {
    ...{ acts: [continuing, 'down'], input: { inlineFirst: true } },
    meanwhile: endingWith({ kind: 'failed', statusCode: 503, attemptsLeft: 2, sleepMs: 0 }),
  },
  'inline-continued-then-cut-off': { acts: [continuing], input: { inlineFirst: true } },
  'asked-to-wait': { acts: [askedToWait], input: { inlineFirst: true } },
  'asked-to-wait-normally': { acts: [askedToWait, 'down'] },
  'inline-refused': { acts: [() => ({ kind: 'notInline' })], input: { inlineFirst: true } },
  'in-turn-at-the-endpoint': { acts: [() => ({ kind: 'busy', retryInMs: 5_000, inTurn: true })] },
  'in-turn-at-the-endpoint-inline': {
    acts: [() => ({ kind: 'busy', retryInMs: 5_000, inTurn: true, isShown: true })],
    input: { inlineFirst: true, shows },
  },
  'failed-cycles': { acts: cycles(3) },
  'paused-and-resumed': { acts: ['paused'], meanwhile: wokenFrom('paused') },
  'blocked-by-a-request': { acts: [() => ({ kind: 'blocked', retryInMs: 18_000 })] },
  'blocked-and-woken': { acts: ['blocked', 'down'], meanwhile: wokenFrom('blocked') },
  'woken-from-its-hour': { acts: cycles(1), meanwhile: wokenFrom('waiting') },
  'woken-and-inline': {
    ...{ acts: [...cycles(1), 'down'], input: { inlineFirst: true, inlineAfterSignal: true, shows } },
    meanwhile: wokenFrom('waiting'),
  },
  busy: { acts: ['busy', 'busy', 'down', 'busy'] },
  unrecorded: { acts: ['unrecorded'] },
  // A resend finds the run before still ending, and signals it.
  resent: {
    acts: [
      async (workflow) => {
        await workflow.signal(retryNow);
        return { kind: 'finished', status: 'delivered', statusCode: 200 };
      },
    ],
  },
  'cancelled-while-waiting': {
    ...{ acts: cycles(1), fallback: 'down' },
    meanwhile: async (handle, rig) => {
      await until(handle, rig, 'waiting');
      await handle.cancel();
      await handle.result().catch(() => undefined);
    },
  },
  'woken-by-each-signal': {
    acts: ['paused', 'blocked', ...cycles(1)],
    meanwhile: async (handle, rig) => {
      await until(handle, rig, 'paused');
      await handle.signal(subscriptionChanged);
      await until(handle, rig, 'blocked');
      await handle.signal(predecessorFinished);
      await until(handle, rig, 'waiting');
      await handle.signal(retryNow);
      await handle.result();
    },
  },
  'still-waiting': { acts: cycles(1), fallback: 'down', meanwhile: stillIn('waiting') },
  'still-paused': { fallback: 'paused', meanwhile: stillIn('paused') },
  'still-blocked': { fallback: 'blocked', meanwhile: stillIn('blocked') },
  'continued-as-new': { acts: Array.from({ length: 100 }, () => shortCycle) },
};

function shapeOf({ meanwhile = (handle) => handle.result(), ...life }: DeliveryShape): Shape {
  return async (workflows) => {
    const rig = new DeliveryRig(workflows);
    return rig.deliver(life, async (handle) => {
      await meanwhile(handle, rig);
      return workflows.takeHistories(handle);
    });
  };
}

/** By the name of the file that a recording gets. */
export const DELIVERY_SHAPES: Readonly<Record<string, Shape>> = Object.fromEntries(
  Object.entries(SHAPES).map(([name, shape]) => [name, shapeOf(shape)]),
);
