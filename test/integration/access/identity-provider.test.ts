import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { addAdministrator } from '../../../src/access/administrators';
import { attempts } from '../../../src/access/identity/attempt';
import { IdentityProvider } from '../../../src/access/identity/provider';
import { expectReasonsInWords } from '../../harness/audit-reasons';
import { freePorts } from '../../harness/free-ports';
import { ApiRig, type Answer } from '../../harness/api';
import { logInThere, TestProvider } from '../../harness/identity-provider';
import { outlive } from '../../harness/old-log-in';
import { quickHash } from '../../harness/passwords';
import { Visitor } from '../../harness/visitor';
import { withClockAhead } from '../../harness/wrong-clock';

const PUBLIC_URL = 'https://cpm.test';
const PASSWORD = 'correct horse battery';

let api: ApiRig;
let provider: TestProvider;
const logged: string[] = [];
/** Whether passwords let anybody in, which some tests change. */
const ways = {
  ...{ passwords: true, secondFactorRequired: false },
  provider: undefined as IdentityProvider | undefined,
};
const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
const ofProvider = (changes: Parameters<TestProvider['settings']>[0] = {}): IdentityProvider =>
  new IdentityProvider(provider.settings(changes), PUBLIC_URL, logger);

beforeAll(async () => {
  [api, provider] = await Promise.all([ApiRig.start({ ways }), TestProvider.start(PUBLIC_URL)]);
  ways.provider = ofProvider();
});
afterAll(async () => {
  await provider.stop();
  await api.stop();
});
beforeEach(() => api.db.throttle.deleteMany());

let people = 0;
/** Somebody whom the provider knows. */
async function somebody(claims: object = {}): Promise<{ name: string; email: string }> {
  const name = `person-${(people += 1)}`;
  const email = `${name}@example.com`;
  await provider.know(name, { email, email_verified: true, groups: ['staff'], ...claims });
  return { name, email };
}

/** A browser that has begun a log-in, and where it was sent. */
async function begun(): Promise<{ visitor: Visitor; url: string }> {
  const visitor = new Visitor(api.url);
  const { status, body } = await visitor.call('POST', '/v1/session/oidc');
  expect(status).toBe(200);
  return { visitor, url: String(body.url) };
}

const end = (visitor: Visitor, body: object): Promise<Answer> =>
  visitor.call('POST', '/v1/session/oidc/callback', { body });

/** Logs in from the beginning to the end. */
async function logIn(name: string): Promise<Answer & { readonly visitor: Visitor }> {
  const { visitor, url } = await begun();
  const answer = await end(visitor, await logInThere(url, name));
  const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('cpm_session='));
  if (session !== undefined) visitor.cookie = session.split(';')[0];
  return { ...answer, visitor };
}

const codeOf = ({ status, body }: Answer): unknown => [status, body.code];

describe('logging in with the identity provider', () => {
  it('makes an administrator of whom it gives a role, with that role and those applications, and no password', async () => {
    const { name, email } = await somebody({ groups: ['others', 'shop team', 'staff'] });
    const { status, body, visitor } = await logIn(name);
    expect([status, body]).toMatchObject([
      200,
      {
        state: 'authenticated',
        email,
        role: 'editor',
        applicationIds: ['shop'],
        logsInWith: 'identity-provider',
      },
    ]);
    expect((await visitor.call('GET', '/v1/session')).body).toMatchObject({ state: 'authenticated', email });
    expect((await visitor.call('POST', '/v1/session', { body: { email, password: '' } })).status).toBe(401);
    const listed = (await api.asOwner('GET', '/v1/administrators?limit=100')).body.items;
    expect(listed.find((each) => each.email === email)).toMatchObject({
      ...{ logsInWith: 'identity-provider', status: 'active', role: 'editor' },
    });
  });

  it('is offered, by name, to whoever is not logged in', async () => {
    const { body } = await new Visitor(api.url).call('GET', '/v1/session');
    const { host } = new URL(provider.issuer);
    expect(body.logInBy).toMatchObject({ password: true, identityProvider: host });
  });

  it('asks for a code under PKCE, and keeps what proves the answer sealed, for this site and ten minutes', async () => {
    const response = await new Visitor(api.url).call('POST', '/v1/session/oidc');
    const asked = new URL(String(response.body.url)).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', scope: 'openid email' },
      redirect_uri: `${PUBLIC_URL}/log-in/callback`,
    });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^cpm_log_in=[0-9a-f]{8}\.[\w-]+; Max-Age=600; Path=\/; .*HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(asked.get('state'));
  });

  it('takes role, applications and address anew each time', async () => {
    const { name } = await somebody({ groups: ['admins'] });
    const first = await logIn(name);
    expect(first.body).toMatchObject({ role: 'owner', applicationIds: null });
    await provider.know(name, { email: 'new@example.com', email_verified: true, groups: ['shop team'] });
    const second = await logIn(name);
    expect(second.body).toMatchObject({ role: 'editor', applicationIds: ['shop'], email: 'new@example.com' });
    expect((await first.visitor.call('GET', '/v1/session')).body).toMatchObject({ role: 'editor' });
  });

  it('lets nobody in whom it gives no role, and ends the sessions of who had one', async () => {
    const { name } = await somebody();
    const before = await logIn(name);
    await provider.know(name, { email: 'x@example.com', email_verified: true, groups: ['others'] });
    expect(codeOf(await logIn(name))).toEqual([403, 'identity_without_role']);
    expect((await before.visitor.call('GET', '/v1/session')).body.state).toBe('anonymous');
    const { name: other } = await somebody({ groups: undefined });
    expect(codeOf(await logIn(other))).toEqual([403, 'identity_without_role']);
  });

  it('lets nobody in of whom it was not asked as strongly as is required', async () => {
    ways.provider = ofProvider({ levels: ['level-2', 'otp'] });
    const trySomebody = async (claims: object) => codeOf(await logIn((await somebody(claims)).name));
    const asked = new URL((await begun()).url).searchParams.get('acr_values');
    const weak = [{}, { acr: 'level-1' }, { amr: ['pwd'] }, { acr: 'otp level-2' }];
    const refused = [];
    for (const claims of weak) refused.push(await trySomebody(claims));
    const strong = [await trySomebody({ acr: 'level-2' }), await trySomebody({ amr: ['pwd', 'otp'] })];
    ways.provider = ofProvider();
    expect(asked).toBe('level-2 otp');
    expect(refused).toEqual(weak.map(() => [403, 'identity_too_weak']));
    expect(strong).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
  });

  it('is told in the audit trail, and so is that it was refused', async () => {
    const { name, email } = await somebody();
    await logIn(name);
    const { id } = await api.db.administrator.findUniqueOrThrow({ where: { email } });
    const { name: other } = await somebody({ groups: [] });
    await logIn(other);
    const { body } = await api.call('GET', '/v1/audit-events?action=endProviderLogIn&limit=2');
    expect(body.items).toMatchObject([
      { actorKind: 'unknown', actorName: null, outcome: 'refused', reason: 'identity_without_role' },
      { actorKind: 'administrator', actorId: id, actorName: email, outcome: 'done', reason: null },
    ]);
  });
});

describe('an administrator of the identity provider', () => {
  it('is known by issuer and subject, and takes over an account of before by a verified address only', async () => {
    const { name, email } = await somebody({ email_verified: false });
    const passwordHash = quickHash(PASSWORD);
    const { id } = await addAdministrator(api.db, {
      ...{ email, passwordHash, role: 'owner', applicationIds: null },
    });
    const withPassword = new Visitor(api.url);
    expect((await withPassword.logIn(email, PASSWORD)).status).toBe(200);
    expect(codeOf(await logIn(name))).toEqual([403, 'identity_without_email']);
    await provider.know(name, { email, email_verified: true, groups: ['staff'] });
    const { status, body } = await logIn(name);
    expect([status, body.role]).toEqual([200, 'viewer']);
    expect(await api.db.administrator.findUniqueOrThrow({ where: { email } })).toMatchObject({
      ...{ id, issuer: provider.issuer, subject: name, passwordHash: null },
    });
    expect((await withPassword.call('GET', '/v1/session')).body.state).toBe('anonymous');
    expect((await withPassword.logIn(email, PASSWORD)).status).toBe(401);
  });

  it('is not somebody else of the provider who has got their address', async () => {
    const { name, email } = await somebody();
    expect((await logIn(name)).status).toBe(200);
    const { name: other } = await somebody({ email });
    expect(codeOf(await logIn(other))).toEqual([409, 'identity_email_taken']);
  });

  it('gets neither role nor password here, and can be removed', async () => {
    const { name, email } = await somebody();
    const { visitor } = await logIn(name);
    const { id } = await api.db.administrator.findUniqueOrThrow({ where: { email } });
    const change = await api.asOwner('PATCH', `/v1/administrators/${id}`, { body: { role: 'owner' } });
    const link = await api.asOwner('POST', `/v1/administrators/${id}/password-link`);
    const password = await visitor.call('PUT', '/v1/session/password', {
      body: { currentPassword: '', newPassword: PASSWORD },
    });
    expect([change, link, password].map(codeOf)).toEqual(Array(3).fill([409, 'administrator_of_provider']));
    expect((await api.asOwner('DELETE', `/v1/administrators/${id}`)).status).toBe(204);
    expect((await visitor.call('GET', '/v1/session')).body.state).toBe('anonymous');
  });
});

describe('an answer of the identity provider', () => {
  it.each<[string, string, (answer: Record<string, string>) => object]>([
    ['another state', 'log_in_not_begun', (answer) => ({ ...answer, state: 'another' })],
    ['another issuer', 'identity_not_proven', (answer) => ({ ...answer, iss: 'https://other.example.com' })],
    ['no issuer', 'identity_not_proven', ({ state, code }) => ({ state, code })],
    ['another code', 'identity_not_proven', (answer) => ({ ...answer, code: 'another' })],
    ['a refusal', 'identity_not_proven', ({ state, iss }) => ({ state, iss, error: 'access_denied' })],
  ])('with %s lets nobody in', async (_, code, change) => {
    const { name } = await somebody();
    const { visitor, url } = await begun();
    const refused = await end(visitor, change(await logInThere(url, name)));
    expect(codeOf(refused)).toEqual([401, code]);
    expect(refused.headers.get('set-cookie')).toMatch(/^cpm_log_in=;/);
  });

  it.each([
    ['nonce', 'another'],
    ['code_challenge', randomBytes(32).toString('base64url')],
  ])('to a question with another %s lets nobody in', async (parameter, value) => {
    const { name } = await somebody();
    const { visitor, url } = await begun();
    const changed = new URL(url);
    changed.searchParams.set(parameter, value);
    expect(codeOf(await end(visitor, await logInThere(changed.href, name)))).toEqual([
      401,
      'identity_not_proven',
    ]);
  });

  it('is good once, in the browser that asked, for ten minutes', async () => {
    const { name } = await somebody();
    const { visitor, url } = await begun();
    const { cookie } = visitor;
    const answer = await logInThere(url, name);
    expect(codeOf(await end(new Visitor(api.url), answer))).toEqual([401, 'log_in_not_begun']);
    expect(codeOf(await end((await begun()).visitor, answer))).toEqual([401, 'log_in_not_begun']);
    outlive(visitor, attempts, api.sealer);
    expect(codeOf(await end(visitor, answer))).toEqual([401, 'log_in_not_begun']);
    Object.assign(visitor, { cookie });
    expect((await withClockAhead(11 * 60_000, () => end(visitor, answer))).status).toBe(200);
    Object.assign(visitor, { cookie, csrfToken: undefined });
    expect(codeOf(await end(visitor, answer))).toEqual([401, 'identity_not_proven']);
  });

  it('is asked for fifty times in a quarter of an hour by an address that fails each time', async () => {
    const refused = await end(new Visitor(api.url), { state: 'x', code: 'y' });
    await api.db.throttle.updateMany({ data: { hits: 50 } });
    expect([refused.status, codeOf(await end(new Visitor(api.url), { state: 'x', code: 'y' }))]).toEqual([
      401,
      [429, 'too_many_attempts'],
    ]);
    expect((await new Visitor(api.url).call('POST', '/v1/session/oidc')).status).toBe(429);
  });
});

describe('where passwords are switched off', () => {
  beforeAll(() => void (ways.passwords = false));
  afterAll(() => void (ways.passwords = true));

  it('nobody gets in by one, is invited, or gets a link to set one', async () => {
    const { name } = await somebody({ groups: ['admins'] });
    const { visitor } = await logIn(name);
    const email = 'password@example.com';
    const { id } = await addAdministrator(api.db, {
      ...{ email, passwordHash: quickHash(PASSWORD), role: 'owner', applicationIds: null },
    });
    const answers = [
      await new Visitor(api.url).logIn(email, PASSWORD),
      await new Visitor(api.url).call('POST', '/v1/setup', {
        body: { setupCode: api.setupCode, email: 'first@example.com', password: PASSWORD },
      }),
      await new Visitor(api.url).call('POST', '/v1/password-links/use', {
        body: { token: 'x', password: PASSWORD },
      }),
      await visitor.call('POST', '/v1/administrators', { body: { email: 'invited@example.com' } }),
      await visitor.call('POST', `/v1/administrators/${id}/password-link`),
    ];
    expect(answers.map(codeOf)).toEqual(Array(5).fill([403, 'password_login_off']));
    const { body } = await new Visitor(api.url).call('GET', '/v1/session');
    expect([body.state, body.logInBy]).toMatchObject(['anonymous', { password: false }]);
  });
});

describe('an identity provider that', () => {
  it('is away is told so, without any harm to the service, and asked again by the next log-in', async () => {
    const [port] = await freePorts(1);
    ways.provider = ofProvider({ issuer: `http://127.0.0.1:${port}` });
    const away = await new Visitor(api.url).call('POST', '/v1/session/oidc');
    expect([codeOf(away), away.headers.get('retry-after')]).toEqual([
      [503, 'identity_provider_unavailable'],
      '10',
    ]);
    expect((await api.call('GET', '/healthz')).status).toBe(200);
    expect(logged.at(-1)).toContain('ECONNREFUSED');
  });

  it.each([
    ['calls itself otherwise', () => ({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') }), 0],
    ['does not know the client', () => ({ clientSecret: 'another secret' }), 1],
  ])('%s lets nobody in', async (_, changes, begins) => {
    ways.provider = ofProvider(changes());
    const begin = await new Visitor(api.url).call('POST', '/v1/session/oidc');
    const last = begins === 0 ? begin : await logIn((await somebody()).name);
    expect(codeOf(last)).toEqual([503, 'identity_provider_unavailable']);
  });

  it('goes away during a log-in is told so, and that nobody is named where there is none', async () => {
    ways.provider = ofProvider();
    const { name } = await somebody();
    const { visitor, url } = await begun();
    const answer = await logInThere(url, name);
    await provider.stop();
    expect(codeOf(await end(visitor, answer))).toEqual([503, 'identity_provider_unavailable']);
    ways.provider = undefined;
    const none = [await visitor.call('POST', '/v1/session/oidc'), await end(visitor, answer)];
    expect(none.map(codeOf)).toEqual(Array(2).fill([404, 'no_identity_provider']));
  });

  it('was asked in vain is told in the audit trail, with the reason in words', () =>
    expectReasonsInWords(api.db));

  it('has told of people leaves nothing of it in the log', () => {
    const text = logged.join('') + api.log();
    for (const secret of ['a secret of the client', 'another secret', '@example.com', 'person-1'])
      expect(text).not.toContain(secret);
  });
});
