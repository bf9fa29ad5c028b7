import { ApiRig, type AnswerBody } from '../../harness/api';
import { eventually } from '../../harness/service';

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
  await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
  await api.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
  const subscription = { applicationId: 'shop', name: 'CRM', url: 'https://example.com/hook' };
  await api.call('POST', '/v1/subscriptions', { body: { ...subscription, updateType: 'consent-receipts' } });
});
afterAll(() => api.stop());

/** Records a consent; one delivery comes of it. */
const consent = async (externalRef: string): Promise<{ citizenId: string; id: string }> => {
  const change = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
  const body = { applicationId: 'shop', externalRef, changes: [change] };
  const recorded = (await api.call('POST', '/v1/permissions/transactions', { body })).body;
  return { citizenId: String(recorded.citizenId), id: recorded.deliveries[0].id };
};

const listed = async (query = ''): Promise<AnswerBody['items']> =>
  (await api.call('GET', `/v1/deliveries?${query}`)).body.items;

describe('a delivery', () => {
  it('names its citizen as the caller does, in the list and by itself', async () => {
    const ada = await consent('customer-ada');
    const bob = await consent('customer-bob');
    expect(await listed()).toMatchObject([
      { ...bob, externalRef: 'customer-bob' },
      { ...ada, externalRef: 'customer-ada' },
    ]);
    const { body } = await api.call('GET', `/v1/deliveries/${ada.id}`);
    expect(body).toMatchObject({ ...ada, externalRef: 'customer-ada' });
    expect(api.log()).not.toContain('customer-');
  });

  it('forgets the reference with the deletion of the citizen', async () => {
    const { citizenId, id } = await consent('customer-eve');
    expect((await api.call('DELETE', `/v1/citizens/${citizenId}`)).status).toBe(204);
    expect(await listed(`citizenId=${citizenId}`)).toMatchObject([
      { citizenId, status: 'pending', externalRef: null },
      { citizenId, id, status: 'cancelled', externalRef: null },
    ]);
    expect((await api.call('GET', `/v1/deliveries/${id}`)).body).toMatchObject({ id, externalRef: null });
  });

  it('is listed although its citizen vanishes at that moment', async () => {
    const { citizenId, id } = await consent('customer-joe');
    let listing: ReturnType<typeof listed> | undefined;
    await api.db.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Citizen" IN ACCESS EXCLUSIVE MODE`;
      listing = listed(`citizenId=${citizenId}`);
      await eventually(async () => expect(await waitingForCitizens()).toBe(1), 10_000);
      await tx.citizen.delete({ where: { id: citizenId } });
    });
    expect(await listing).toMatchObject([{ id, externalRef: null }]);
  });
});

async function waitingForCitizens(): Promise<number> {
  const [row] = await api.db.$queryRaw<{ waiting: number }[]>`
    SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
     WHERE NOT l.granted AND d.datname = current_database() AND l.relation = '"Citizen"'::regclass`;
  return row?.waiting ?? 0;
}
