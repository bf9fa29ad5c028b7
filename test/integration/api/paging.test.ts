/** Lists that grow, and shrink, while somebody turns their pages. */
import { newId } from '../../../src/platform/ids';
import { ApiRig, type AnswerBody } from '../../harness/api';
import { putSubscription } from '../../harness/deliveries';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api?.stop());

/** A list, what tells its entries apart, and what adds entries at its beginning, in its middle and at its end. */
interface GrowingList {
  readonly path: string;
  readonly keyOf: (item: AnswerBody) => unknown;
  readonly add: (count: number) => Promise<unknown>;
  /** Removes the first entries of the list. */
  readonly removeFirst?: (count: number) => Promise<unknown>;
}

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const idOf = ({ id }: AnswerBody): unknown => id;
/** Ids as several machines give them, of which some lag behind: not all sort after those that are there. */
const anyId = (): string => (Math.random() < 0.5 ? newId() : newId().replace(/^01./, '018'));
const anyTime = (): Date => new Date(Date.now() - Math.random() * 3_600_000);
const anyText = (): string => Math.random().toString(36).slice(2);

async function application(): Promise<string> {
  const id = `app-${anyText()}`;
  await api.db.application.create({ data: { id, name: 'Shop' } });
  return id;
}

const LISTS: Readonly<Record<string, () => Promise<GrowingList>>> = {
  citizens: async () => {
    const applicationId = await application();
    const add = (count: number) =>
      api.db.citizen.createMany({
        data: times(count, () => ({ id: anyId(), applicationId, externalRef: anyText() })),
      });
    return { path: `/v1/citizens?applicationId=${applicationId}`, keyOf: idOf, add };
  },
  deliveries: async () => {
    const subscription = await putSubscription(api.db);
    const { id: subscriptionId, applicationId } = subscription;
    const [citizenId, changeId] = [newId(), newId()];
    await api.db.citizen.create({ data: { id: citizenId, applicationId, externalRef: 'c' } });
    await api.db.change.create({
      data: { id: changeId, citizenId, sequence: 1, kind: 'recorded', recordedAt: new Date() },
    });
    const shared = { subscriptionId, applicationId, citizenId, changeId, sequence: 1 };
    const add = (count: number) =>
      api.db.delivery.createMany({
        data: times(count, () => ({
          ...{ ...shared, id: newId(), updateType: 'consent-receipts', status: 'cancelled' },
          // Many of the same moment.
          createdAt: Math.random() < 0.5 ? new Date(2026, 0, 1) : anyTime(),
        })),
      });
    return { path: `/v1/deliveries?subscriptionId=${subscriptionId}`, keyOf: idOf, add };
  },
  changes: async () => {
    const id = newId();
    await api.db.citizen.create({ data: { id, applicationId: await application(), externalRef: 'c' } });
    let sequence = 0;
    const add = (count: number) =>
      api.db.change.createMany({
        data: times(count, () => ({
          ...{ id: newId(), citizenId: id, sequence: (sequence += 1) },
          ...{ kind: 'recorded', recordedAt: new Date() },
        })),
      });
    return { path: `/v1/citizens/${id}/changes?`, keyOf: idOf, add };
  },
  'attempts, of which the first are thinned out': async () => {
    const subscription = await putSubscription(api.db);
    const { id: subscriptionId, applicationId } = subscription;
    const [deliveryId, citizenId, changeId] = [newId(), newId(), newId()];
    await api.db.citizen.create({ data: { id: citizenId, applicationId, externalRef: 'c' } });
    await api.db.change.create({
      data: { id: changeId, citizenId, sequence: 1, kind: 'recorded', recordedAt: new Date() },
    });
    await api.db.delivery.create({
      data: {
        ...{ id: deliveryId, subscriptionId, applicationId, citizenId, changeId, sequence: 1 },
        updateType: 'consent-receipts',
      },
    });
    let attempt = 0;
    const add = (count: number) =>
      api.db.attempt.createMany({
        data: times(count, () => ({
          ...{ id: newId(), deliveryId, subscriptionId, attempt: (attempt += 1), cycle: 1 },
          ...{ outcome: 'failed', requestHeaders: {} },
        })),
      });
    const removeFirst = (count: number) =>
      api.db.attempt.deleteMany({ where: { deliveryId, attempt: { lte: count } } });
    return {
      ...{ path: `/v1/deliveries/${deliveryId}/attempts?`, add, removeFirst },
      keyOf: (item) => item.attempt,
    };
  },
  subscriptions: async () => {
    const applicationId = await application();
    const add = (count: number) =>
      Promise.all(times(count, () => putSubscription(api.db, { applicationId })));
    return { path: `/v1/subscriptions?applicationId=${applicationId}`, keyOf: idOf, add };
  },
  'subscriptions by their health': async () => {
    const applicationId = await application();
    const add = (count: number) =>
      Promise.all(
        times(count, () =>
          putSubscription(api.db, { applicationId, status: Math.random() < 0.5 ? 'active' : 'paused' }),
        ),
      );
    return { path: `/v1/subscriptions?applicationId=${applicationId}&sort=health`, keyOf: idOf, add };
  },
  resyncs: async () => {
    const { id: subscriptionId } = await putSubscription(api.db);
    const add = (count: number) =>
      api.db.resync.createMany({
        data: times(count, () => ({ id: newId(), subscriptionId, total: 0, createdAt: anyTime() })),
      });
    return { path: `/v1/subscriptions/${subscriptionId}/resyncs?`, keyOf: idOf, add };
  },
  'bulk actions': async () => {
    const add = (count: number) =>
      api.db.bulkAction.createMany({
        data: times(count, () => ({
          ...{ id: newId(), action: 'retry', filter: {}, isLimited: false, total: 0, createdAt: anyTime() },
        })),
      });
    return Promise.resolve({ path: '/v1/bulk-actions?', keyOf: idOf, add });
  },
  'API keys': async () => {
    const add = (count: number) =>
      api.db.apiKey.createMany({
        data: times(count, () => ({
          id: newId(),
          name: 'key',
          prefix: 'cpm_',
          hash: anyText(),
          createdAt: anyTime(),
        })),
      });
    return Promise.resolve({ path: '/v1/api-keys?', keyOf: idOf, add });
  },
  options: async () => {
    const applicationId = await application();
    const add = (count: number) =>
      api.db.option.createMany({
        data: times(count, () => ({ applicationId, id: `${anyText()}-${anyText()}`, name: 'Option' })),
      });
    return { path: `/v1/applications/${applicationId}/options?`, keyOf: idOf, add };
  },
  preferences: async () => {
    const applicationId = await application();
    const add = (count: number) =>
      api.db.preference.createMany({
        data: times(count, () => ({ applicationId, reference: anyText(), label: 'P', type: 'single' })),
      });
    return { path: `/v1/applications/${applicationId}/preferences?`, keyOf: (item) => item.reference, add };
  },
  'e-mail templates': async () => {
    const applicationId = await application();
    const add = (count: number) =>
      api.db.emailTemplate.createMany({
        data: times(count, () => ({
          ...{ applicationId, type: 'double-opt-in', locale: anyText() },
          ...{ subject: 's', mjml: 'm', text: 't' },
        })),
      });
    return { path: `/v1/applications/${applicationId}/email-templates?`, keyOf: (item) => item.locale, add };
  },
};

describe.each(Object.keys(LISTS))('the pages of a list: %s', (name) => {
  it('show each entry of the start exactly once, whatever is added and removed meanwhile', async () => {
    const list = (await LISTS[name]?.()) as GrowingList;
    await list.add(60);
    const turn = list.path.startsWith('/v1/api-keys') ? api.asOwner.bind(api) : api.call.bind(api);
    const { items } = (await turn('GET', `${list.path}&limit=100`)).body;
    const atStart = items.map(list.keyOf);
    const seen: unknown[] = [];
    let turned = 0;
    let adding = true;
    const meanwhile = (async () => {
      while (adding) await list.add(3);
    })();
    try {
      for (let cursor: string | null = ''; cursor !== null;) {
        const path = `${list.path}&limit=9${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const { status, body } = await turn('GET', path);
        expect([status, body.offset]).toEqual([200, seen.length]);
        seen.push(...body.items.map(list.keyOf));
        cursor = body.nextCursor as string | null;
        if (turned === 1) await list.removeFirst?.(5);
        if ((turned += 1) === 5) adding = false; // else the end of some lists would move ahead of us for ever
      }
    } finally {
      adding = false;
      await meanwhile;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(atStart));
  });
});

describe('a cursor', () => {
  let deliveries: GrowingList;
  let cursor: string;
  beforeAll(async () => {
    deliveries = (await LISTS.deliveries?.()) as GrowingList;
    await deliveries.add(3);
    cursor = String((await api.call('GET', `${deliveries.path}&limit=1`)).body.nextCursor);
  });

  it('is null on the last page, also where that is full', async () => {
    for (const limit of [3, 4]) {
      const { body } = await api.call('GET', `${deliveries.path}&limit=${limit}`);
      expect([body.items.length, body.nextCursor]).toEqual([3, null]);
    }
  });

  it('may be empty, for the first page', async () => {
    const first = await api.call('GET', deliveries.path);
    expect((await api.call('GET', `${deliveries.path}&cursor=`)).body).toEqual(first.body);
  });

  it('comes with every page, by offset too, and leads on from there', async () => {
    const { body } = await api.call('GET', `${deliveries.path}&offset=1&limit=1`);
    const behind = await api.call('GET', `${deliveries.path}&cursor=${String(body.nextCursor)}`);
    const third = await api.call('GET', `${deliveries.path}&offset=2&limit=1`);
    expect(behind.body).toEqual({ ...third.body, limit: 20 });
  });

  const reencoded = (change: (parts: unknown[]) => unknown): string =>
    Buffer.from(
      JSON.stringify(change(JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[])),
    ).toString('base64url');

  it.each<[string, () => string]>([
    ['no cursor at all', () => 'next'],
    ['cut off', () => cursor.slice(0, -4)],
    ['with something behind it', () => `${cursor}!`],
    ['JSON of another kind', () => Buffer.from('{}').toString('base64url')],
    ['of another list', () => reencoded(([, ...rest]) => ['citizens', ...rest])],
    ['with another time', () => reencoded(([list, offset]) => [list, offset, ['yesterday', newId()]])],
    [
      'with a time that the database does not have',
      () => reencoded(([list, offset]) => [list, offset, ['0000-01-01T00:00:00.000Z', newId()]]),
    ],
    [
      'with another id',
      () => reencoded(([list, offset]) => [list, offset, ['2026-01-01T00:00:00.000Z', 'x']]),
    ],
    [
      'with a part too few',
      () => reencoded(([list, offset, key]) => [list, offset, (key as unknown[]).slice(1)]),
    ],
    ['too long', () => 'A'.repeat(2_001)],
  ])('is refused where it is %s', async (_, wrong) => {
    const { status, body } = await api.call(
      'GET',
      `${deliveries.path}&cursor=${encodeURIComponent(wrong())}`,
    );
    expect([status, body.errors[0]?.path]).toEqual([400, 'cursor']);
    expect(['invalid_cursor', 'too_long']).toContain(body.errors[0]?.code);
  });

  it('leads whoever it was not made for to nothing but their own, and under other filters to what these let through', async () => {
    const { body } = await api.call('GET', `${deliveries.path}&limit=1`);
    const [{ applicationId, subscriptionId } = {} as AnswerBody] = body.items;
    const shown = async (who: Pick<ApiRig, 'call'>, query: string): Promise<unknown[]> => {
      const { status, body: page } = await who.call('GET', `/v1/deliveries?cursor=${cursor}&${query}`);
      expect(status).toBe(200);
      return page.items.map((item) => [item.applicationId, item.status]);
    };
    const own = [applicationId, 'cancelled'];
    expect(await shown(await api.logIn('viewer', [String(applicationId)]), 'limit=2')).toEqual([own, own]);
    expect(await shown(await api.logIn('viewer', [await application()]), 'limit=2')).toEqual([]);
    expect(await shown(api, `subscriptionId=${String(subscriptionId)}&status=delivered`)).toEqual([]);
  });

  it('is refused beside an offset, and in another list', async () => {
    const beside = await api.call('GET', `${deliveries.path}&offset=1&cursor=${cursor}`);
    expect([beside.status, beside.body.errors[0]?.code]).toEqual([400, 'given_beside_cursor']);
    const elsewhere = await api.call('GET', `/v1/citizens?cursor=${cursor}`);
    expect([elsewhere.status, elsewhere.body.errors[0]?.code]).toEqual([400, 'invalid_cursor']);
  });
});
