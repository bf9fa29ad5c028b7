/** Where people are logged in, and how they end it there. */
import { addAdministrator } from '../../../src/access/administrators';
import { newId } from '../../../src/platform/ids';
import { ApiRig, type Answer } from '../../harness/api';
import { quickHash } from '../../harness/passwords';
import { Visitor } from '../../harness/visitor';

const PASSWORD = 'correct horse battery';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api.stop());

const account = async (): Promise<{ id: string; email: string }> => {
  const email = `${newId()}@example.com`;
  const passwordHash = quickHash(PASSWORD);
  return addAdministrator(api.db, { email, passwordHash, role: 'viewer', applicationIds: null });
};
const browserOf = async (email: string, userAgent = FIREFOX): Promise<Visitor> => {
  const visitor = new Visitor(api.url);
  const headers = { 'user-agent': userAgent };
  await visitor.call('POST', '/v1/session', { body: { email, password: PASSWORD }, headers });
  return visitor;
};
const listed = async (visitor: Visitor): Promise<Answer['body']['items']> =>
  (await visitor.call('GET', '/v1/sessions')).body.items;
const stateOf = async (visitor: Visitor): Promise<unknown> =>
  (await visitor.call('GET', '/v1/session')).body.state;

describe('whoever is logged in', () => {
  it('sees where: since when, last seen, from which address and in which browser', async () => {
    const { email } = await account();
    const [here, there] = [await browserOf(email), await browserOf(email, 'x'.repeat(400))];
    const seen = await listed(here);
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    const shown = { id: expect.any(String) as unknown, createdAt: time, lastSeenAt: time, expiresAt: time };
    expect(seen).toEqual([
      { ...shown, isCurrent: false, address: '127.0.0.1', userAgent: 'x'.repeat(300) },
      { ...shown, isCurrent: true, address: '127.0.0.1', userAgent: FIREFOX },
    ]);
    expect((await listed(there)).map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
    await api.db.session.updateMany({
      where: { id: seen[0]?.id ?? '' },
      data: { expiresAt: new Date(Date.now() - 1_000) },
    });
    expect(await listed(here)).toHaveLength(1);
  });

  it('ends one of them, or all but this one, at once, and nobody else’s', async () => {
    const [{ id, email }, somebodyElse] = [await account(), await account()];
    const theirs = await browserOf(somebodyElse.email);
    const browsers = [await browserOf(email), await browserOf(email), await browserOf(email)] as const;
    const [mine, second, third] = browsers;
    const [, , ofThird] = (await listed(mine)).map((session) => session.id).toReversed();
    expect((await mine.call('DELETE', `/v1/sessions/${ofThird}`)).status).toBe(204);
    expect(await Promise.all(browsers.map(stateOf))).toEqual(['authenticated', 'authenticated', 'anonymous']);
    const [ofOther] = await listed(theirs);
    for (const foreign of [ofOther?.id, ofThird, newId()]) {
      const refused = await mine.call('DELETE', `/v1/sessions/${foreign}`);
      expect([refused.status, refused.body.code]).toEqual([404, 'session_not_found']);
    }
    expect((await mine.call('POST', '/v1/sessions/end-others')).status).toBe(204);
    expect(await Promise.all([mine, second, third, theirs].map(stateOf))).toEqual([
      ...['authenticated', 'anonymous', 'anonymous', 'authenticated'],
    ]);
    const { body } = await api.call('GET', `/v1/audit-events?actor=${id}&limit=2`);
    expect(body.items.map(({ action, objectId }) => [action, objectId])).toEqual([
      ['endOtherSessions', null],
      ['endOwnSession', ofThird],
    ]);
  });

  it('is logged out everywhere by an owner, and by nobody else', async () => {
    const [{ id, email }, viewer] = [await account(), await account()];
    const browsers = [await browserOf(email), await browserOf(email)];
    const path = `/v1/administrators/${id}/end-sessions`;
    expect((await (await browserOf(viewer.email)).call('POST', path)).status).toBe(403);
    expect((await api.call('POST', path)).status).toBe(403);
    expect((await api.asOwner('POST', path)).status).toBe(204);
    expect(await Promise.all(browsers.map(stateOf))).toEqual(['anonymous', 'anonymous']);
    expect(await stateOf(await browserOf(email))).toBe('authenticated');
    const none = await api.asOwner('POST', `/v1/administrators/${newId()}/end-sessions`);
    expect([none.status, none.body.code]).toEqual([404, 'administrator_not_found']);
  });

  it('is nothing that an API key could ask for', async () => {
    expect((await api.call('GET', '/v1/sessions')).body.code).toBe('session_required');
  });
});
