/** The shapes that a delivery's life can take, each played on the time-skipping server until its history can be taken. */
import type { WorkflowHandle } from '@temporalio/client';
import {
  retryNow,
  stateQuery,
  type DeliverWebhookInput,
  type DeliveryStatus,
} from '../../workflows/deliver-webhook/contract';
import type { Act, DeliveryRig } from './delivery-rig';
import type { History } from './histories';

interface Shape {
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

/** By the name of the file that a recording gets. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'delivered-inline': { input: { inlineFirst: true } },
  'delivered-normally': {},
  'inline-failed-then-normal': { acts: ['down', 'down'], input: { inlineFirst: true } },
  'failed-cycles': { acts: cycles(3) },
  'paused-and-resumed': { acts: ['paused'], meanwhile: wokenFrom('paused') },
  'blocked-and-woken': { acts: ['blocked', 'down'], meanwhile: wokenFrom('blocked') },
  'woken-from-its-hour': { acts: cycles(1), meanwhile: wokenFrom('waiting') },
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
  'still-waiting': {
    ...{ acts: cycles(1), fallback: 'down' },
    meanwhile: (handle, rig) => until(handle, rig, 'waiting'),
  },
  'continued-as-new': { acts: Array.from({ length: 100 }, () => shortCycle) },
};

/** Plays a shape and takes its histories: one for each run of it. */
export async function play(rig: DeliveryRig, shape: Shape): Promise<History[]> {
  const { meanwhile = (handle: WorkflowHandle) => handle.result(), ...life } = shape;
  return rig.deliver(life, async (handle) => {
    await meanwhile(handle, rig);
    const first = rig.client.getHandle(handle.workflowId, handle.firstExecutionRunId);
    const latest = rig.client.getHandle(handle.workflowId);
    const runs = (await latest.describe()).runId === handle.firstExecutionRunId ? [first] : [first, latest];
    const histories = await Promise.all(runs.map((run) => run.fetchHistory()));
    if (shape === SHAPES['still-waiting']) await handle.terminate();
    return histories;
  });
}
