import { addAdministrator, ensureFirstAdministrator } from '../../../src/access/administrators';
import { purgeSessions } from '../../../src/access/sessions';
import { purgeAttempts } from '../../../src/access/throttle';
import { hashPassword } from '../../../src/access/password';
import { letIn } from '../../../src/access/password-links';
import { openDatabase, type Database } from '../../../src/platform/database';
import { startTestPostgres } from '../../harness/stack';
import { ApiRig, type Answer } from '../../harness/api';
import { expectReasonsInWords } from '../../harness/audit-reasons';
import { backendOf, untilItWaitsFor } from '../../harness/locks';
import { quickHash } from '../../harness/passwords';
import { runProgram, type Ended } from '../../harness/program';
import { Visitor } from '../../harness/visitor';
import { withClockAhead } from '../../harness/wrong-clock';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';

/** How `GET /v1/session` says that there are passwords, and an identity provider. */
const logInBy = {
  ...{ password: true, secondFactorRequired: false, identityProvider: 'accounts.example.com' },
};

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start();
});
afterAll(() => api.stop());

async function ownDatabase(): Promise<{ db: Database; stop: () => Promise<void> }> {
  const postgres = await startTestPostgres();
  const db = openDatabase(postgres.url);
  const stop = async (): Promise<void> => {
    await db.$disconnect();
    await postgres.stop();
  };
  return { db, stop };
}

const visitor = (): Visitor => new Visitor(api.url);

async function loggedIn(email = EMAIL, password = PASSWORD): Promise<Visitor> {
  const somebody = visitor();
  expect((await somebody.logIn(email, password)).status).toBe(200);
  return somebody;
}

const setUp = (somebody: Visitor, changes: object = {}) =>
  somebody.call('POST', '/v1/setup', {
    body: { setupCode: api.setupCode, email: EMAIL, password: PASSWORD, ...changes },
  });

describe('the first administrator', () => {
  it('is required as long as there is none', async () => {
    const { status, body } = await visitor().call('GET', '/v1/session');
    expect([status, body]).toEqual([200, { state: 'setup', logInBy }]);
  });

  it.each([
    ['setupCode', { setupCode: 'wrong' }],
    ['email', { email: 'ada' }],
    ['password', { password: 'too short' }],
    ['password', { password: 'password1234' }],
    ['password', { email: 'lovelace@example.com', password: 'lovelace and babbage' }],
    ['role', { role: 'viewer' }],
  ])('is refused for a wrong %s', async (path, changes) => {
    const { status, body } = await setUp(visitor(), changes);
    expect([status, body.errors.map((problem) => problem.path)]).toEqual([400, [path]]);
  });

  it('is created once, by a person who knows the code, and is logged in', async () => {
    const both = [visitor(), visitor()] as const;
    const answers = await Promise.all(
      both.map((somebody) => setUp(somebody, { email: ' Ada@Example.com ' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const first = both[answers.findIndex(({ status }) => status === 201)] ?? visitor();
    expect((await first.call('GET', '/v1/session')).body).toEqual({
      state: 'authenticated',
      email: EMAIL,
      role: 'owner',
      applicationIds: null,
      operations: expect.arrayContaining(['createAdministrator', 'retryDelivery']),
      csrfToken: first.csrfToken,
      ...{ logsInWith: 'password', passwordIsGuessable: false, logInBy },
    });
    expect((await setUp(visitor(), { email: 'eve@example.com' })).status).toBe(409);
    const { body: trail } = await api.call('GET', '/v1/audit-events?action=setUp');
    expect(trail.items.map(({ reason }) => String(reason)).sort()).toEqual([
      ...['already_set_up', 'already_set_up', 'common_password', 'null'],
      ...['password_names_account', 'wrong_setup_code'],
    ]);
    await expectReasonsInWords(api.db);
    expect((await visitor().call('GET', '/v1/session')).body).toEqual({ state: 'anonymous', logInBy });
  });

  it('is not created a second time by a later start', async () => {
    const given = { email: 'other@example.com', password: undefined };
    expect(await ensureFirstAdministrator(api.db, given)).toBeUndefined();
  });

  it('gets no password that is guessed first from the environment either, and the start says so', async () => {
    const { db, stop } = await ownDatabase();
    const given = { email: EMAIL, password: 'password1234' };
    await expect(ensureFirstAdministrator(db, given)).rejects.toThrow(/^CPM_ADMIN_PASSWORD must be/);
    await stop();
  });
});

describe('logging in', () => {
  it('sets a cookie that scripts and other sites have no use of', async () => {
    const { headers } = await visitor().logIn(EMAIL.toUpperCase(), PASSWORD);
    const [value, ...flags] = (headers.get('set-cookie') ?? '').split('; ');
    expect(value).toMatch(/^cpm_session=[\w-]{43}$/);
    expect(flags.map((flag) => flag.replace(/^Expires=.*/, 'Expires'))).toEqual([
      'Max-Age=604800',
      'Path=/',
      'Expires',
      'HttpOnly',
      'SameSite=Strict',
    ]);
  });

  it('tells nobody whether it was the address or the password', async () => {
    const wrong = await visitor().logIn(EMAIL, 'wrong');
    const unknown = await visitor().logIn('nobody@example.com', PASSWORD);
    expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body]);
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
    expect(wrong.body.code).toBe('wrong_credentials');
  });

  it('keeps neither password nor session where the database could give them away', async () => {
    const somebody = await loggedIn();
    const rows = [await api.db.administrator.findMany(), await api.db.session.findMany()];
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
    expect(JSON.stringify(rows)).not.toContain(somebody.cookie?.split('=')[1]);
    expect(rows[0]).toEqual([
      expect.objectContaining({ passwordHash: expect.stringMatching(/^scrypt\$32768\$8\$3\$/) as unknown }),
    ]);
  });

  it('authenticates every call, under the name of the UI and the id of the person', async () => {
    const somebody = await loggedIn();
    await somebody.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' } });
    await somebody.call('PUT', '/v1/applications/shop/options/news', { body: { name: 'News' } });
    const change = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
    const body = { applicationId: 'shop', externalRef: 'c-1', changes: [change] };
    const recorded = await somebody.call('POST', '/v1/permissions/transactions', { body });
    expect(recorded.status).toBe(202);
    const { body: state } = await somebody.call('GET', '/v1/permissions?applicationId=shop&externalRef=c-1');
    const { id } = await api.db.administrator.findUniqueOrThrow({ where: { email: EMAIL } });
    expect(state.permissions).toMatchObject([{ recordedClient: id, recordedClientName: 'admin UI' }]);
  });
});

describe('a session', () => {
  it('changes nothing without its CSRF token', async () => {
    const somebody = await loggedIn();
    const body = { name: 'Key', scopes: ['consent:read'] };
    for (const token of [undefined, 'wrong', (await loggedIn()).csrfToken]) {
      const headers = token === undefined ? {} : { 'x-csrf-token': token };
      const forged = new Visitor(api.url);
      forged.cookie = somebody.cookie;
      const refused = await forged.call('POST', '/v1/api-keys', { body, headers });
      expect([refused.status, refused.body.code]).toEqual([403, 'csrf_token_invalid']);
      expect((await forged.call('DELETE', '/v1/session', { headers })).status).toBe(403);
      expect((await forged.call('GET', '/v1/api-keys')).status).toBe(200);
    }
    expect((await somebody.call('POST', '/v1/api-keys', { body })).status).toBe(201);
  });

  it('needs no token where an API key is sent along', async () => {
    const { cookie } = await loggedIn();
    const headers = { cookie: cookie ?? '' };
    expect((await api.call('PUT', '/v1/applications/shop', { body: { name: 'Shop' }, headers })).status).toBe(
      200,
    );
  });

  it('ends when it is logged out of, and its cookie is taken back', async () => {
    const somebody = await loggedIn();
    const { cookie } = somebody;
    const out = await somebody.call('DELETE', '/v1/session');
    expect([out.status, somebody.cookie]).toEqual([204, 'cpm_session=']);
    somebody.cookie = cookie;
    expect((await somebody.call('GET', '/v1/api-keys')).status).toBe(401);
    expect((await somebody.call('GET', '/v1/session')).body).toEqual({ state: 'anonymous', logInBy });
  });

  it('ends when the browser that holds it begins another one, and not by a log-in that is refused', async () => {
    const somebody = await loggedIn();
    const former = Object.assign(visitor(), { cookie: somebody.cookie });
    const state = async (): Promise<unknown> => (await former.call('GET', '/v1/session')).body.state;
    expect((await somebody.logIn(EMAIL, 'not the password')).status).toBe(401);
    expect(await state()).toBe('authenticated');
    expect((await somebody.logIn(EMAIL, PASSWORD)).status).toBe(200);
    expect(await state()).toBe('anonymous');
    expect((await somebody.call('GET', '/v1/session')).body.state).toBe('authenticated');
  });

  const sessions = () => api.db.session.findMany({ orderBy: { createdAt: 'desc' } });
  const hours = (count: number): Date => new Date(Date.now() + count * 3_600_000);

  it('lasts while it is used, for twelve hours each time and a week in all', async () => {
    await api.db.session.deleteMany();
    const somebody = await loggedIn();
    await api.db.session.updateMany({ data: { lastSeenAt: hours(-11), expiresAt: hours(1) } });
    await somebody.call('GET', '/v1/session');
    expect((await sessions())[0]?.expiresAt.getTime()).toBeGreaterThan(hours(11.9).getTime());
    await api.db.session.updateMany({
      data: { createdAt: hours(-167), lastSeenAt: hours(-11.5), expiresAt: hours(0.5) },
    });
    await somebody.call('GET', '/v1/session');
    const end = (await sessions())[0]?.expiresAt.getTime() ?? 0;
    expect(Math.abs(end - hours(1).getTime())).toBeLessThan(10_000);
    await api.db.session.updateMany({ data: { expiresAt: hours(-0.001) } });
    expect((await somebody.call('GET', '/v1/api-keys')).status).toBe(401);
    await purgeSessions(api.db);
    expect(await sessions()).toEqual([]);
  });

  it('ends by the database’s clock, whatever that of the process is', async () => {
    for (const aheadMs of [86_400_000, -86_400_000]) {
      await api.db.session.deleteMany();
      await withClockAhead(aheadMs, async () => {
        const somebody = await loggedIn();
        expect((await sessions())[0]?.expiresAt.getTime()).toBeCloseTo(hours(12).getTime() - aheadMs, -5);
        await purgeSessions(api.db);
        expect((await somebody.call('GET', '/v1/session')).body.state).toBe('authenticated');
        await api.db.$executeRaw`UPDATE "Session" SET "expiresAt" = now() - interval '1 minute'`;
        expect((await somebody.call('GET', '/v1/session')).body.state).toBe('anonymous');
        await purgeSessions(api.db);
        expect(await sessions()).toEqual([]);
      });
    }
  });
});

describe('administrators', () => {
  const other = { email: 'bob@example.com' };
  const password = 'another long phrase';

  it('are invited, listed without secrets, and removed with their sessions', async () => {
    const somebody = await loggedIn();
    const key = { 'idempotency-key': 'add-bob' };
    const added = await somebody.call('POST', '/v1/administrators', { body: other, headers: key });
    const again = await somebody.call('POST', '/v1/administrators', { body: other, headers: key });
    expect([added.status, again.status, again.body]).toEqual([201, 201, added.body]);
    expect((await somebody.call('POST', '/v1/administrators', { body: other })).status).toBe(409);
    const list = await somebody.call('GET', '/v1/administrators');
    expect(list.body.items.map((item) => Object.keys(item))).toEqual(
      Array(2).fill([
        'id',
        'email',
        'role',
        'applicationIds',
        'logsInWith',
        'hasSecondFactor',
        'status',
        'createdAt',
      ]),
    );
    expect(list.body.items.map(({ status }) => status)).toEqual(['active', 'invited']);
    expect((await useLink(linkOf(added), password)).status).toBe(204);
    const bob = await loggedIn(other.email, password);
    expect((await somebody.call('DELETE', `/v1/administrators/${added.body.id}`)).status).toBe(204);
    expect((await bob.call('GET', '/v1/session')).body).toEqual({ state: 'anonymous', logInBy });
  });
});

interface Link {
  readonly url: string;
  readonly token: string;
  readonly expiresAt: string;
}
const linkOf = ({ body }: Answer): Link => body.passwordLink as Link;
const useLink = ({ token }: Pick<Link, 'token'>, password: string): Promise<Answer> =>
  visitor().call('POST', '/v1/password-links/use', { body: { token, password } });
const lookUp = ({ token }: Link): Promise<Answer> =>
  visitor().call('POST', '/v1/password-links/look-up', { body: { token } });

describe('somebody who is invited', () => {
  const password = 'seven quiet herons';
  const invite = async (email: string): Promise<{ id: string; link: Link }> => {
    const invited = await (await loggedIn()).call('POST', '/v1/administrators', { body: { email } });
    return { id: invited.body.id, link: linkOf(invited) };
  };

  it('sets a password of their own by a link that is good for once, and nobody else sets it', async () => {
    const email = 'carol@example.com';
    const { id, link } = await invite(email);
    expect(link.url).toBe(`https://cpm.test/set-password#${link.token}`);
    expect(JSON.stringify(await api.db.passwordLink.findMany())).not.toContain(link.token);
    expect((await visitor().logIn(email, '')).status).toBe(401);
    expect((await lookUp(link)).body).toEqual({ email, expiresAt: link.expiresAt });
    const tries = await Promise.all([useLink(link, password), useLink(link, password)]);
    expect(tries.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect((await lookUp(link)).body.code).toBe('password_link_not_found');
    await loggedIn(email, password);
    const { body } = await api.call('GET', `/v1/audit-events?action=usePasswordLink&objectId=${id}`);
    expect(body.items).toEqual([expect.objectContaining({ actorId: id, actorName: email, outcome: 'done' })]);
    const refused = await (
      await loggedIn()
    ).call('POST', '/v1/administrators', { body: { email: 'x@example.com', password } });
    expect(refused.body.errors).toEqual([
      expect.objectContaining({ path: 'password', code: 'unknown_field' }),
    ]);
    expect(api.log()).not.toContain(link.token);
  });

  it('may choose no password that is guessed first, and tries again with the same link', async () => {
    const { link } = await invite('dave.jones@example.com');
    for (const bad of ['password1234', 'jones and his dog']) {
      const { status, body } = await useLink(link, bad);
      expect([status, body.errors[0]?.path]).toEqual([400, 'password']);
    }
    expect((await useLink(link, password)).status).toBe(204);
  });

  it('is let in by no link that is over, was replaced, or is of somebody who was removed', async () => {
    const somebody = await loggedIn();
    const { id, link } = await invite('erin@example.com');
    const { body: newer } = await somebody.call('POST', `/v1/administrators/${id}/password-link`);
    const latest = newer as unknown as Link;
    expect((await useLink(link, password)).status).toBe(404);
    await api.db.passwordLink.update({
      where: { administratorId: id },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    expect([(await lookUp(latest)).status, (await useLink(latest, password)).status]).toEqual([404, 404]);
    const again = (await somebody.call('POST', `/v1/administrators/${id}/password-link`))
      .body as unknown as Link;
    expect((await somebody.call('DELETE', `/v1/administrators/${id}`)).status).toBe(204);
    expect((await useLink(again, password)).status).toBe(404);
  });

  it('is let in by a link for as long as the database’s clock says, whatever that of the process is', async () => {
    for (const [index, aheadMs] of [7 * 86_400_000, -7 * 86_400_000].entries())
      await withClockAhead(aheadMs, async () => {
        const { id, link } = await invite(`heidi-${index}@example.com`);
        expect((await lookUp(link)).status).toBe(200);
        await api.db.$executeRaw`
          UPDATE "PasswordLink" SET "expiresAt" = now() - interval '1 minute' WHERE "administratorId" = ${id}::uuid`;
        expect((await lookUp(link)).status).toBe(404);
      });
  });
});

describe('a link to set another password', () => {
  it('ends the sessions of whom it is for, when it is made and when it is used', async () => {
    const owner = await loggedIn();
    const email = 'frank@example.com';
    const [first, second] = ['eleven grey geese', 'twelve white swans'];
    const invited = await owner.call('POST', '/v1/administrators', { body: { email } });
    await useLink(linkOf(invited), first);
    const state = async (who: Visitor): Promise<unknown> => (await who.call('GET', '/v1/session')).body.state;
    const before = await loggedIn(email, first);
    const made = await owner.call('POST', `/v1/administrators/${invited.body.id}/password-link`);
    expect([made.status, await state(before)]).toEqual([201, 'anonymous']);
    const between = await loggedIn(email, first);
    expect((await useLink(made.body as unknown as Link, second)).status).toBe(204);
    expect(await state(between)).toBe('anonymous');
    expect((await visitor().logIn(email, first)).status).toBe(401);
    await loggedIn(email, second);
  });
});

describe('whoever runs the service', () => {
  it('lets somebody in by a link: who is known, or else a new owner', async () => {
    const email = 'operator@example.com';
    const [first, second] = ['five brown sparrows', 'six black ravens'];
    await useLink(await letIn(api.db, 'https://cpm.test', email), first);
    const operator = await loggedIn(email, first);
    expect((await operator.call('GET', '/v1/session')).body).toMatchObject({
      role: 'owner',
      applicationIds: null,
    });
    const link = await letIn(api.db, 'https://cpm.test', email);
    expect(link.url).toBe(`https://cpm.test/set-password#${link.token}`);
    expect((await operator.call('GET', '/v1/session')).body.state).toBe('anonymous');
    expect((await useLink(link, second)).status).toBe(204);
    const { id } = await api.db.administrator.findUniqueOrThrow({ where: { email } });
    const { body } = await api.call('GET', `/v1/audit-events?action=createPasswordLink&objectId=${id}`);
    expect(body.items).toMatchObject(Array(2).fill({ actorKind: 'unknown', outcome: 'done', address: null }));
  });

  it('gets the link from a program, which knows whether passwords are of use', async () => {
    const [email, password] = ['locked-out@example.com', 'four red kingfishers'];
    const settings = { DATABASE_URL: api.postgres.url, CPM_PUBLIC_URL: 'https://cpm.test' };
    const run = (address: string, more = {}): Promise<Ended> =>
      runProgram('password-link', { ...settings, ...more }, address);
    const { code, out, errors } = await run(email);
    expect([code, errors]).toEqual([0, '']);
    const [, token = ''] = /^ {2}https:\/\/cpm\.test\/set-password#(\S+)$/m.exec(out) ?? [];
    expect((await useLink({ token }, password)).status).toBe(204);
    await loggedIn(email, password);

    const provider = {
      ...{ CPM_PASSWORD_LOGIN: 'off', CPM_OIDC_ISSUER: 'https://accounts.example.com' },
      ...{ CPM_OIDC_CLIENT_ID: 'cpm', CPM_OIDC_ROLES: 'admins=owner' },
    };
    const [off, wrong] = await Promise.all([run(email, provider), run('nobody')]);
    expect([off.code, off.out]).toEqual([
      0,
      expect.stringMatching(/\nPasswords are switched off: [^\n]+\n$/),
    ]);
    expect(wrong).toEqual({
      code: 1,
      out: '',
      errors: expect.stringMatching(/^cpm-webhooks: usage: [^\n]+\n$/),
    });
  });
});

describe('changing the password', () => {
  const changed = 'quite another password';

  it('asks for the present one, and ends the other sessions', async () => {
    const [here, elsewhere] = [await loggedIn(), await loggedIn()];
    const change = (currentPassword: string) =>
      here.call('PUT', '/v1/session/password', { body: { currentPassword, newPassword: changed } });
    const wrong = await change('not this one');
    expect([wrong.status, wrong.body.errors[0]?.path]).toEqual([400, 'currentPassword']);
    expect(wrong.body.errors[0]?.code).toBe('wrong_password');
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await here.call('GET', '/v1/api-keys')).status).toBe(200);
    expect((await elsewhere.call('GET', '/v1/api-keys')).status).toBe(401);
    expect((await visitor().logIn(EMAIL, PASSWORD)).status).toBe(401);
    await loggedIn(EMAIL, changed);
  });

  it.each([
    ['common_password', 'Passw0rd2026'],
    ['password_names_account', 'our cpm-webhooks login'],
  ])('to one that is guessed first is refused: %s', async (code, newPassword) => {
    const somebody = await loggedIn(EMAIL, changed);
    const body = { currentPassword: changed, newPassword };
    const { status, body: problem } = await somebody.call('PUT', '/v1/session/password', { body });
    expect([status, problem.errors]).toEqual([400, [expect.objectContaining({ path: 'newPassword', code })]]);
  });

  it('is asked of whoever has one of old that is guessed first, and still lets them in', async () => {
    const old = 'password1234';
    await api.db.administrator.updateMany({
      where: { email: EMAIL },
      data: { passwordHash: await hashPassword(old) },
    });
    const somebody = await loggedIn(EMAIL, old);
    const guessable = async (): Promise<unknown> =>
      (await somebody.call('GET', '/v1/session')).body.passwordIsGuessable;
    expect(await guessable()).toBe(true);
    const body = { currentPassword: old, newPassword: changed };
    expect((await somebody.call('PUT', '/v1/session/password', { body })).status).toBe(204);
    expect(await guessable()).toBe(false);
  });

  it('ends a log-in by the former one that is under way', async () => {
    const account = { email: 'eve@example.com', role: 'viewer', applicationIds: null } as const;
    const { id } = await addAdministrator(api.db, { ...account, passwordHash: quickHash(PASSWORD) });
    const late = visitor();
    const loggingIn = await api.db.$transaction(async (tx) => {
      await tx.administrator.update({ where: { id }, data: { passwordHash: quickHash(changed) } });
      const begun = late.logIn(account.email, PASSWORD);
      await untilItWaitsFor(await backendOf(tx), api.db, begun);
      return { begun };
    });
    expect((await loggingIn.begun).status).toBe(401);
    expect(await api.db.session.count({ where: { administratorId: id } })).toBe(0);
  });

  it('is nothing that an API key could do', async () => {
    const body = { currentPassword: changed, newPassword: PASSWORD };
    expect((await api.call('PUT', '/v1/session/password', { body })).status).toBe(403);
  });
});

describe('guessing', () => {
  beforeEach(() => api.db.throttle.deleteMany());
  const guess = async (email: string): Promise<[number, string | null]> => {
    const { status, headers } = await visitor().logIn(email, 'wrong');
    return [status, headers.get('retry-after')];
  };

  it('is over after ten failures for an account from an address, at once or not, in every process', async () => {
    const guesses = await Promise.all(Array.from({ length: 14 }, () => guess('eve@example.com')));
    expect(guesses.filter(([status]) => status === 401)).toHaveLength(10);
    const [status, retryAfter] = await guess(' EVE@example.com');
    expect([status, Number(retryAfter) > 800, Number(retryAfter) <= 900]).toEqual([429, true, true]);
    expect((await guess('mallory@example.com'))[0]).toBe(401);
    await api.db.throttle.updateMany({ data: { resetAt: new Date(Date.now() - 1) } });
    expect((await guess('eve@example.com'))[0]).toBe(401);
  });

  it('is over after fifty failures from an address', async () => {
    await guess('eve@example.com');
    await api.db.throttle.updateMany({ data: { hits: 50 } });
    expect((await guess('mallory@example.com'))[0]).toBe(429);
  });

  it('does not count who gets in', async () => {
    for (let times = 0; times < 12; times += 1) await loggedIn(EMAIL, 'quite another password');
    const counts = await api.db.throttle.findMany();
    expect(counts.every(({ hits }) => hits <= 1)).toBe(true);
  });

  it('is forgotten when its time is over, and tells of nobody', async () => {
    await guess('eve@example.com');
    const rows = await api.db.throttle.findMany();
    expect(rows.map(({ key }) => /^[0-9a-f]{64}$/.test(key))).toEqual([true, true, true]);
    await api.db.throttle.updateMany({ data: { resetAt: new Date(Date.now() - 1) } });
    await purgeAttempts(api.db);
    expect(await api.db.throttle.count()).toBe(0);
  });
});

it('neither passwords, nor cookies, nor tokens are logged', async () => {
  const somebody = await loggedIn(EMAIL, 'quite another password');
  await visitor().call('POST', '/v1/session', {
    body: { email: EMAIL, password: ['quite another password'] },
  });
  for (const secret of [
    PASSWORD,
    'quite another password',
    EMAIL,
    somebody.csrfToken,
    somebody.cookie?.split('=')[1],
  ]) {
    expect(api.log()).not.toContain(secret);
  }
});
