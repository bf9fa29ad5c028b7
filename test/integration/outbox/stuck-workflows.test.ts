/** Double opt-ins, resyncs and messages to operators that should have gone on by now, on a real database and a real Temporal whose workers the test plays. */
import { readBacklog } from '../../../src/outbox/backlog';
import { claimEntries } from '../../../src/outbox/claims';
import { LOOKING_KINDS, type LookingKind } from '../../../src/outbox/entries';
import { WorkflowGateway } from '../../../src/outbox/gateway';
import { noteNextLook, restartStuck } from '../../../src/outbox/stuck-workflows';
import { TemporalAwayError } from '../../../src/outbox/temporal-call';
import { workflowIdOf, WORKFLOW_TYPES } from '../../../src/outbox/workflow-kinds';
import type { Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { createLogger } from '../../../src/platform/logger';
import { useTestDatabase } from '../../harness/database';
import { putDeliveries, putSubscription } from '../../harness/deliveries';
import { IdleWorkflows } from '../../harness/idle-workflows';

const HOUR_MS = 3_600_000;
const ago = (ms: number): Date => new Date(Date.now() - ms);

const database = useTestDatabase();
let db: Database;
let workflows: IdleWorkflows;
let gateway: WorkflowGateway;
beforeAll(async () => {
  workflows = await IdleWorkflows.open();
  gateway = new WorkflowGateway(workflows.client, { attemptBackoffMs: 1_000, requestTimeoutMs: 15_000 });
});
afterAll(() => workflows?.close());
beforeEach(async () => {
  ({ db } = database);
  await db.doubleOptIn.deleteMany();
  await db.resync.deleteMany();
  await db.alertMessage.deleteMany();
});

const sweep = (
  kind: LookingKind,
  of: { conditionOf: WorkflowGateway['conditionOf'] } = gateway,
): Promise<boolean> =>
  restartStuck(kind, {
    ...{ db, gateway: of, logger: createLogger('silent', 'test') },
    onEntries: () => undefined,
  });

interface Row {
  readonly status?: string;
  readonly nextLookAt?: Date;
  readonly verifiedAt?: Date;
  readonly stalledAt?: Date;
  readonly outboxAction?: string;
  readonly outboxDueAt?: Date;
}

/** A row whose workflow should have looked at it an hour ago. */
async function put(kind: LookingKind, given: Row = {}): Promise<string> {
  const subscription = await putSubscription(db);
  const row = { id: newId(), nextLookAt: ago(HOUR_MS), verifiedAt: ago(HOUR_MS), ...given };
  if (kind === 'resync') {
    await db.resync.create({ data: { ...row, subscriptionId: subscription.id, total: 1 } });
    return row.id;
  }
  if (kind === 'message') {
    await db.alertMessage.create({ data: { ...row, channel: row.id.slice(-10), content: {} } });
    return row.id;
  }
  const { applicationId } = subscription;
  await putDeliveries(db, subscription, [{ status: 'delivered' }]);
  const { id: citizenId } = await db.citizen.findFirstOrThrow({ where: { applicationId } });
  await db.doubleOptIn.create({ data: { ...row, applicationId, citizenId, expiresAt: ago(-HOUR_MS) } });
  return row.id;
}

const read = (
  kind: LookingKind,
  id: string,
): Promise<{ outboxAction: string | null; stalledBy: string | null; stalledAt: Date | null }> =>
  ({
    resync: () => db.resync.findUniqueOrThrow({ where: { id } }),
    message: () => db.alertMessage.findUniqueOrThrow({ where: { id } }),
    'opt-in': () => db.doubleOptIn.findUniqueOrThrow({ where: { id } }),
  })[kind]();

const restartedUntilNow = async (kind: LookingKind): Promise<number> =>
  (await readBacklog(db)).restarted.find((each) => each.kind === kind)?.count ?? 0;

describe.each(LOOKING_KINDS)('a workflow (%s) that should have looked at its row by now', (kind) => {
  it('is restarted where it waits for nothing, and counted', async () => {
    const id = await put(kind);
    await workflows.startIdle(id, kind);
    const before = await restartedUntilNow(kind);
    await sweep(kind);
    expect(await read(kind, id)).toMatchObject({ outboxAction: 'restart', stalledBy: 'silent' });
    expect(await restartedUntilNow(kind)).toBe(before + 1);
    expect((await readBacklog(db)).stuck).toContainEqual({ kind, by: 'silent', count: 1 });
  });

  it('is restarted where its tasks fail, over and over: another one takes its place', async () => {
    const id = await put(kind);
    await workflows.startFailing(id, 3, kind);
    await sweep(kind);
    expect(await read(kind, id)).toMatchObject({ outboxAction: 'restart', stalledBy: 'failing' });
    const workflow = workflows.client.workflow.getHandle(workflowIdOf(kind, id));
    const { runId } = await workflow.describe();
    const [entry] = await claimEntries(db, 1);
    if (!entry) throw new Error('nothing was claimed');
    await gateway.restart(entry);
    const other = await workflow.describe();
    expect(other.runId).not.toBe(runId);
    expect([other.status.name, other.type]).toEqual(['RUNNING', WORKFLOW_TYPES[kind]]);
  });

  it('is started where it is gone', async () => {
    const id = await put(kind);
    await sweep(kind);
    expect((await read(kind, id)).outboxAction).toBe('restart');
  });

  it('is only counted where a worker is yet to come to it', async () => {
    const id = await put(kind);
    await workflows.start(id, kind);
    await sweep(kind);
    expect(await read(kind, id)).toMatchObject({ outboxAction: null, stalledBy: 'busy' });
    expect((await readBacklog(db)).stuck).toContainEqual({ kind, by: 'busy', count: 1 });
  });

  it('is no longer stalled once it has looked', async () => {
    const id = await put(kind);
    await sweep(kind, { conditionOf: () => Promise.resolve('busy') });
    await noteNextLook(db, kind, id, HOUR_MS);
    expect(await read(kind, id)).toMatchObject({ stalledAt: null, stalledBy: null });
    expect((await readBacklog(db)).stuck).toEqual([]);
  });

  it('is found again at once where Temporal could not be asked, and else not within minutes', async () => {
    const id = await put(kind);
    const away = { conditionOf: () => Promise.reject(new TemporalAwayError({})) };
    await expect(sweep(kind, away)).rejects.toThrow(TemporalAwayError);
    const asked = jest.fn(() => Promise.resolve('busy' as const));
    await sweep(kind, { conditionOf: asked });
    await sweep(kind, { conditionOf: asked });
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked).toHaveBeenCalledWith({ kind, id });
  });

  it('is left as it is where Temporal refuses to tell of it', async () => {
    const id = await put(kind);
    await sweep(kind, { conditionOf: () => Promise.resolve('unknown') });
    expect(await read(kind, id)).toMatchObject({ outboxAction: null, stalledBy: null });
  });

  it('is seen to by one of two workers', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => put(kind)));
    const asked = jest.fn(() => Promise.resolve('silent' as const));
    await Promise.all([sweep(kind, { conditionOf: asked }), sweep(kind, { conditionOf: asked })]);
    expect(asked).toHaveBeenCalledTimes(ids.length);
  });
});

describe.each(LOOKING_KINDS)('a workflow (%s) that waits rightly', (kind) => {
  it.each<[string, Row]>([
    ['its next look is to come', { nextLookAt: ago(-HOUR_MS) }],
    ['its next look is a little late', { nextLookAt: ago(300_000) }],
    ['it was told of something a moment ago', { verifiedAt: ago(1_000) }],
    ['Temporal is yet to be told', { outboxAction: 'start', outboxDueAt: ago(0) }],
    ['it has ended', { status: 'cancelled' }],
    ['it was seen to a moment ago', { stalledAt: ago(60_000) }],
  ])('is left alone: %s', async (_, row) => {
    await put(kind, row);
    const asked = jest.fn(() => Promise.resolve('silent' as const));
    await sweep(kind, { conditionOf: asked });
    expect(asked).not.toHaveBeenCalled();
  });
});
