/** How an operator finds the subscriptions that are in trouble. */
import { ApiRig } from '../../harness/api';
import { AttemptSteps } from '../../harness/attempts';
import { putDeliveries, putSubscription } from '../../harness/deliveries';

let api: ApiRig;
/** By what it is to be found as. */
const ids: Record<string, string> = {};
let applicationId: string;

beforeAll(async () => {
  api = await ApiRig.start();
  const { db } = api;
  const steps = new AttemptSteps(db);
  const paused = await putSubscription(db, { status: 'paused' });
  ({ applicationId } = paused);
  const [failing, working, broken] = [
    await putSubscription(db, { applicationId }),
    await putSubscription(db, { applicationId }),
    await putSubscription(db, { applicationId }),
  ];
  Object.assign(ids, { paused: paused.id, failing: failing.id, working: working.id, broken: broken.id });
  for (const [subscription, outcome] of [
    [failing, 'failed'],
    [working, 'delivered'],
    [broken, 'failed'],
  ] as const) {
    const [id = ''] = await putDeliveries(db, subscription, [{ status: 'pending' }]);
    await steps.statements.record((await steps.attempt(id))(outcome));
  }
});
afterAll(() => api.stop());

const found = async (query: string): Promise<[names: string[], total: number]> => {
  const { status, body } = await api.call('GET', `/v1/subscriptions?applicationId=${applicationId}&${query}`);
  expect(status).toBe(200);
  const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id) ?? id;
  return [body.items.map(({ id }) => nameOf(id)), body.total];
};

describe('subscriptions', () => {
  it('are found by their health', async () => {
    expect(await found('health=failing')).toEqual([['broken', 'failing'], 2]);
    expect(await found('health=healthy')).toEqual([['working'], 1]);
    expect(await found('health=paused&status=paused')).toEqual([['paused'], 1]);
    expect(await found('health=recovering')).toEqual([[], 0]);
  });

  it('are listed from the worst on where that is asked for, and the newest first otherwise', async () => {
    expect(await found('sort=health')).toEqual([['broken', 'failing', 'working', 'paused'], 4]);
    expect(await found('sort=newest')).toEqual([['broken', 'working', 'failing', 'paused'], 4]);
    expect(await found('sort=health&health=failing&offset=1&limit=1')).toEqual([['failing'], 2]);
  });

  it('go on behind a cursor in the order that it is of, and of no other', async () => {
    const path = `/v1/subscriptions?applicationId=${applicationId}`;
    const { nextCursor } = (await api.call('GET', `${path}&sort=health&limit=3`)).body;
    expect(await found(`sort=health&cursor=${String(nextCursor)}`)).toEqual([['paused'], 4]);
    const other = await api.call('GET', `${path}&cursor=${String(nextCursor)}`);
    expect([other.status, other.body.errors[0]?.code]).toEqual([400, 'invalid_cursor']);
  });
});
