/** What an operator looks at first, from rows as they come to be. */
import { evaluateAlerts } from '../../../src/alerts/evaluate';
import type { Overview } from '../../../src/overview/overview';
import { createLogger } from '../../../src/platform/logger';
import { ApiRig } from '../../harness/api';
import { AttemptSteps } from '../../harness/attempts';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

const MINUTE_MS = 60_000;
const ago = (ms: number): Date => new Date(Date.now() - ms);

type Row = Awaited<ReturnType<typeof putSubscription>>;

let api: ApiRig;
let steps: AttemptSteps;
/** Of one application; those of another are a third one's. */
let [working, failing, other]: Row[] = [];

beforeAll(async () => {
  api = await ApiRig.start();
  const { db } = api;
  steps = new AttemptSteps(db);
  working = await putSubscription(db);
  failing = await putSubscription(db, { applicationId: working.applicationId });
  other = await putSubscription(db, { status: 'paused' });
  const put = async (of: Row, createdAt: Date): Promise<string> =>
    (await putDeliveries(db, of, [{ status: 'pending', createdAt }]))[0] ?? '';
  const end = async (id: string, ...outcomes: ('delivered' | 'failed')[]): Promise<void> => {
    for (const outcome of outcomes) await steps.statements.record((await steps.attempt(id))(outcome));
  };
  await end(await put(working, ago(3 * MINUTE_MS)), 'delivered');
  await end(await put(failing, ago(2 * MINUTE_MS)), 'failed', 'failed', 'failed');
  const withdrawal = await put(failing, ago(MINUTE_MS));
  await db.delivery.update({ where: { id: withdrawal }, data: { isWithdrawal: true } });
  await evaluateAlerts(db, { withdrawalAfterMs: 30_000, logger: createLogger('silent', 'test') });
});
afterAll(() => api.stop());

async function look(caller: Pick<ApiRig, 'call'>): Promise<Overview> {
  const { status, body } = await caller.call('GET', '/v1/overview');
  expect(status).toBe(200);
  return body as unknown as Overview;
}

describe('GET /v1/overview', () => {
  it('tells the loudest alerts, what is late, and the worst subscriptions first', async () => {
    const body = await look(api);
    expect(body).toMatchObject({ openAlerts: 2, lastHour: { delivered: 1, failed: 3 } });
    expect(body.alerts.map(({ kind }) => kind)).toEqual(['withdrawal_late', 'endpoint_failing']);
    const [oldest, withdrawal] = [body.oldestWaitingAt, body.oldestWithdrawalWaitingAt].map((at) =>
      Date.parse(at ?? ''),
    );
    expect(Math.round(((withdrawal ?? 0) - (oldest ?? 0)) / 1_000)).toBe(60);
    const shop = body.applications.find(({ applicationId }) => applicationId === working?.applicationId);
    expect(shop).toMatchObject({
      oldestWaitingAt: body.oldestWaitingAt,
      subscriptions: [
        { id: failing?.id, health: { state: 'failing', waiting: 2 }, lastHour: { delivered: 0, failed: 3 } },
        { id: working?.id, health: { state: 'healthy', waiting: 0 }, lastHour: { delivered: 1, failed: 0 } },
      ],
    });
  });

  it('is that of the applications that its caller sees', async () => {
    const viewer = await api.logIn('viewer', [other?.applicationId ?? '']);
    expect(await look(viewer)).toMatchObject({
      ...{ openAlerts: 0, alerts: [], oldestWaitingAt: null, lastHour: { delivered: 0, failed: 0 } },
      applications: [
        { applicationId: other?.applicationId, subscriptions: [{ health: { state: 'paused' } }] },
      ],
    });
  });
});
